package dev.dovetail.graph.network;

import dev.dovetail.graph.Tensor;

/**
 * What a backbone without a classifier would classify by.
 *
 * @param features [batch, channels], pooled
 */
public record Embedding(Tensor features) implements Predictions {}
