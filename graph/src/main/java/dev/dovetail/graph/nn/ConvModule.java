package dev.dovetail.graph.nn;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;

/** A convolution and its norm under the keys {@code conv} and {@code bn} or {@code gn} of mmcv. */
public final class ConvModule {

  private ConvModule() {}

  /**
   * Convolution without bias, batch norm, ReLU.
   *
   * @param s where its parameters are
   * @param x [batch, in, height, width]
   * @param out channels of the result
   * @param kernel extent of the square kernel
   * @return [batch, out, height, width]
   */
  public static Tensor batchNorm(Scope s, Tensor x, int out, int kernel) {
    return s.run(
        () -> {
          Tensor y = Conv2d.of(out, kernel).withoutBias().apply(s.at("conv"), x);
          return Norms.batchNorm(s.at("bn"), y).relu();
        });
  }

  /**
   * Convolution, group norm; no activation.
   *
   * @param s where its parameters are
   * @param x [batch, in, height, width]
   * @param conv the convolution
   * @param groups of the norm
   * @return [batch, out, height', width']
   */
  public static Tensor groupNorm(Scope s, Tensor x, Conv2d conv, int groups) {
    return s.run(() -> Norms.groupNorm(s.at("gn"), conv.apply(s.at("conv"), x), groups));
  }
}
