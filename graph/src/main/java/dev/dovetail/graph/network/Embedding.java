package dev.dovetail.graph.network;

import dev.dovetail.graph.Tensor;
import java.util.Map;

/**
 * What a backbone without a classifier would classify by.
 *
 * @param features [batch, channels], pooled
 */
public record Embedding(Tensor features) implements Predictions {

  /** {@code embedding}. */
  @Override
  public Map<String, Tensor> tensors() {
    return Map.of("embedding", features);
  }
}
