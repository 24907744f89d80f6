package dev.dovetail.graph.nn;

import dev.dovetail.graph.Convolution;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;

/**
 * A convolution layer on maps [batch, channels, height, width]: {@code weight [out, in / groups,
 * kernel, kernel]}, {@code bias [out]}.
 *
 * @param out number of output channels
 * @param kernel height and width of the kernel
 * @param groups number of groups of channels
 */
public record Conv2d(
    int out, int kernel, int stride, int padding, int groups, boolean bias, Init init) {

  /**
   * Creates a convolution with stride 1, a bias and padding that preserves the size (for odd
   * kernels).
   *
   * @param out number of output channels
   * @param kernel height and width of the kernel
   * @return the layer
   */
  public static Conv2d of(int out, int kernel) {
    return new Conv2d(out, kernel, 1, kernel / 2, 1, true, new Init.KaimingNormal(1));
  }

  /**
   * Creates a depthwise convolution.
   *
   * @param channels number of input and output channels
   * @param kernel height and width of the kernel
   * @return the layer
   */
  public static Conv2d depthwise(int channels, int kernel) {
    return new Conv2d(
        channels, kernel, 1, kernel / 2, channels, true, new Init.KaimingNormal(channels));
  }

  /**
   * Creates a convolution of non-overlapping patches.
   *
   * @param out number of output channels
   * @param size height and width of a patch
   * @return the layer
   */
  public static Conv2d patches(int out, int size) {
    return of(out, size).stride(size).padding(0);
  }

  /**
   * {@return this layer with another stride}
   *
   * @param value the stride along both axes
   */
  public Conv2d stride(int value) {
    return new Conv2d(out, kernel, value, padding, groups, bias, init);
  }

  /**
   * {@return this layer with other padding}
   *
   * @param value number of zeros on each side
   */
  public Conv2d padding(int value) {
    return new Conv2d(out, kernel, stride, value, groups, bias, init);
  }

  /** {@return this layer without a bias} */
  public Conv2d withoutBias() {
    return new Conv2d(out, kernel, stride, padding, groups, false, init);
  }

  /**
   * {@return this layer with another weight initialization}
   *
   * @param value the initialization
   */
  public Conv2d init(Init value) {
    return new Conv2d(out, kernel, stride, padding, groups, bias, value);
  }

  /**
   * Applies the layer.
   *
   * @param s the scope of its parameters
   * @param x [batch, in, height, width]
   * @return [batch, out, height', width']
   */
  public Tensor apply(Scope s, Tensor x) {
    return s.run(
        () -> {
          Tensor weight = s.weight("weight", init, out, x.dim(1) / groups, kernel, kernel);
          Convolution.Conv op = new Convolution.Conv(stride, padding, groups);
          return bias
              ? x.apply(op, weight, s.weight("bias", Init.zeros(), out))
              : x.apply(op, weight);
        });
  }

  /**
   * Applies a transposed convolution with a bias, whose kernel and stride are {@code factor}:
   * {@code weight [in, out, factor, factor]}.
   *
   * @param s the scope of its parameters
   * @param x [batch, in, height, width]
   * @param out number of output channels
   * @param factor the upsampling factor
   * @return [batch, out, factor · height, factor · width]
   */
  public static Tensor upsample(Scope s, Tensor x, int out, int factor) {
    Init init = new Init.FanIn(out * factor * factor);
    return upsample(s, x, out, factor, init, init);
  }

  /**
   * Applies a transposed convolution with explicit initialization.
   *
   * @param s the scope of its parameters
   * @param x [batch, in, height, width]
   * @param out number of output channels
   * @param factor the upsampling factor
   * @param weight initialization of the weight
   * @param bias initialization of the bias
   * @return [batch, out, factor · height, factor · width]
   */
  public static Tensor upsample(Scope s, Tensor x, int out, int factor, Init weight, Init bias) {
    return s.run(
        () ->
            x.apply(
                new Convolution.ConvTranspose(factor),
                s.weight("weight", weight, x.dim(1), out, factor, factor),
                s.weight("bias", bias, out)));
  }
}
