package dev.dovetail.backbones.vit;

import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;

/**
 * A layer that maps each token to a new value: attention, an MLP, a block, or a decorator of a
 * block.
 */
@FunctionalInterface
public interface TokenLayer {

  /**
   * Applies the layer.
   *
   * @param s the scope of its parameters
   * @param x tokens [batch, tokens, width] and their grid
   * @return [batch, tokens, width]
   */
  Tensor apply(Scope s, Features x);
}
