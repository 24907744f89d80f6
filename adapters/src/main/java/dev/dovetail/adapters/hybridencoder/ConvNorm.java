package dev.dovetail.adapters.hybridencoder;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.Norms;

/**
 * A convolution {@code conv} without bias and a batch norm {@code norm}, without activation.
 *
 * @param epsilon epsilon of the norm
 */
record ConvNorm(double epsilon) {

  /**
   * Applies the convolution and the norm.
   *
   * @param s the scope of their parameters
   * @param x [batch, in, height, width]
   * @return [batch, out, height', width']
   */
  Tensor apply(Scope s, Tensor x, Conv2d conv) {
    return s.run(
        () -> Norms.batchNorm(s.at("norm"), conv.withoutBias().apply(s.at("conv"), x), epsilon));
  }
}
