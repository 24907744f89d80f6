package dev.dovetail.adapters;

import dev.dovetail.backbones.Backbone;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;

/**
 * Computes a feature pyramid with a backbone. The adapter decides when each block runs. Both
 * declare their parameters in the same scope, as in a checkpoint with the keys {@code
 * backbone.blocks.7} and {@code backbone.interactions.1}.
 */
public interface Adapter {

  /**
   * @param s the scope of its parameters
   * @param backbone the backbone
   * @param image [batch, 3, height, width], normalized
   * @return maps at strides 4, 8, 16 and 32, and coarser ones if the adapter produces them
   */
  FeaturePyramid apply(Scope s, Backbone backbone, Tensor image);
}
