package dev.dovetail.graph.network;

import dev.dovetail.graph.Tensor;
import java.util.Map;

/**
 * A network's predictions for a batch of images, as values of the graph. There are only a few
 * kinds, and a task accepts any network with the kind that it needs.
 */
public sealed interface Predictions
    permits ObjectPredictions, PixelPredictions, ClassLogits, Embedding {

  /** {@return the values by name, as outputs of a graph that ends with the network} */
  Map<String, Tensor> tensors();
}
