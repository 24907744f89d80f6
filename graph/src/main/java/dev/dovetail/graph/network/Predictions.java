package dev.dovetail.graph.network;

import dev.dovetail.graph.Tensor;
import java.util.Map;

/**
 * What a network says about a batch of images, as values of the graph. The kinds are few, and a
 * task takes any network that gives the kind it needs.
 */
public sealed interface Predictions
    permits ObjectPredictions, PixelPredictions, ClassLogits, Embedding {

  /** {@return the values by name, as they leave a graph that ends with the network} */
  Map<String, Tensor> tensors();
}
