package dev.dovetail.backbones.vit;

import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;

/**
 * A layer that gives every token a new value: attention, an MLP, a block, or what decorates one.
 */
@FunctionalInterface
public interface TokenLayer {

  /**
   * Applies the layer.
   *
   * @param s where its parameters are
   * @param x tokens [batch, tokens, width] and where they stand
   * @return [batch, tokens, width]
   */
  Tensor apply(Scope s, Features x);
}
