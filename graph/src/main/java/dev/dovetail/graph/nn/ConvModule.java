package dev.dovetail.graph.nn;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import java.util.Locale;

/**
 * A convolution and its norm, with mmcv's keys {@code conv} and {@code bn}, {@code gn}, {@code ln}.
 */
public final class ConvModule {

  private ConvModule() {}

  /**
   * Applies a convolution without bias, batch norm and ReLU.
   *
   * @param s the scope of its parameters
   * @param x [batch, in, height, width]
   * @param out number of output channels
   * @param kernel height and width of the kernel
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
   * Applies a convolution and group norm, without activation.
   *
   * @param s the scope of its parameters
   * @param x [batch, in, height, width]
   * @param conv the convolution
   * @param groups number of groups of the norm
   * @return [batch, out, height', width']
   */
  public static Tensor groupNorm(Scope s, Tensor x, Conv2d conv, int groups) {
    return s.run(() -> Norms.groupNorm(s.at("gn"), conv.apply(s.at("conv"), x), groups));
  }

  /**
   * Applies a convolution and a norm, without activation. A convolution before a norm has no bias.
   *
   * @param s the scope of its parameters
   * @param x [batch, in, height, width]
   * @param conv the convolution
   * @param norm the norm after it, possibly none
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
