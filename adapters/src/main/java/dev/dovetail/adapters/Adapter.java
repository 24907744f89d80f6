package dev.dovetail.adapters;

import dev.dovetail.backbones.Backbone;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;

/**
 * Makes a feature pyramid with a backbone. It decides when which blocks run; both write into one
 * scope, as {@code backbone.blocks.7} and {@code backbone.interactions.1} of one checkpoint do.
 */
public interface Adapter {

  /**
   * @param s where its parameters are
   * @param backbone the backbone
   * @param image [batch, 3, height, width], normalised
   * @return maps at strides 4, 8, 16 and 32, and coarser ones where the adapter has them
   */
  FeaturePyramid apply(Scope s, Backbone backbone, Tensor image);
}
