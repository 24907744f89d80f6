package dev.dovetail.graph.nn;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import java.util.Locale;

/**
 * A convolution and its norm under mmcv's keys {@code conv} and {@code bn}, {@code gn}, {@code ln}.
 */
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

  /**
   * Convolution and a norm; no activation. A convolution before a norm has no bias.
   *
   * @param s where its parameters are
   * @param x [batch, in, height, width]
   * @param conv the convolution
   * @param norm what comes after it, possibly nothing
   * @return [batch, out, height', width']
   */
  public static Tensor normed(Scope s, Tensor x, Conv2d conv, MapNorm norm) {
    if (norm == MapNorm.NONE) {
      return conv.apply(s.at("conv"), x);
    }
    Tensor y = conv.withoutBias().apply(s.at("conv"), x);
    return norm.apply(s.at(norm.name().toLowerCase(Locale.ROOT)), y);
  }
}
