package dev.dovetail.graph.network;

import dev.dovetail.graph.Tensor;

/**
 * A score of each class for a whole image.
 *
 * @param logits [batch, classes], before the softmax
 */
public record ClassLogits(Tensor logits) implements Predictions {}
