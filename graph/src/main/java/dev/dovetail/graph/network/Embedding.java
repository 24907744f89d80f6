package dev.dovetail.graph.network;

import dev.dovetail.graph.Tensor;
import java.util.Map;

/**
 * The embedding of an image: the pooled features of a backbone without classifier.
 *
 * @param features [batch, channels], pooled
 */
public record Embedding(Tensor features) implements Predictions {

  /** Returns {@code embedding}. */
  @Override
  public Map<String, Tensor> tensors() {
    return Map.of("embedding", features);
  }
}
