package dev.dovetail.graph.network;

import dev.dovetail.graph.Tensor;
import java.util.Map;

/**
 * A score of each class for a whole image.
 *
 * @param logits [batch, classes], before the softmax
 */
public record ClassLogits(Tensor logits) implements Predictions {

  /** Returns {@code logits}. */
  @Override
  public Map<String, Tensor> tensors() {
    return Map.of("logits", logits);
  }
}
