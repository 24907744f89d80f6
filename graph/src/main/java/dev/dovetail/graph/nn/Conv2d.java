package dev.dovetail.graph.nn;

import dev.dovetail.graph.Convolution;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;

/**
 * A convolution layer over maps [batch, channels, height, width]: {@code weight [out, in / groups,
 * kernel, kernel]}, {@code bias [out]}.
 *
 * @param out channels of the result
 * @param kernel extent of the square kernel
 * @param groups how many independent groups the channels form
 */
public record Conv2d(
    int out, int kernel, int stride, int padding, int groups, boolean bias, Init init) {

  /**
   * With stride 1, a bias and as much padding as keeps the size (for odd kernels).
   *
   * @param out output channels
   * @param kernel height and width of the kernel
   * @return the layer
   */
  public static Conv2d of(int out, int kernel) {
    return new Conv2d(out, kernel, 1, kernel / 2, 1, true, new Init.KaimingNormal(1));
  }

  /**
   * Each channel on its own.
   *
   * @param channels input and output channels
   * @param kernel height and width of the kernel
   * @return the layer
   */
  public static Conv2d depthwise(int channels, int kernel) {
    return new Conv2d(
        channels, kernel, 1, kernel / 2, channels, true, new Init.KaimingNormal(channels));
  }

  /**
   * Non-overlapping patches of {@code size}.
   *
   * @param out output channels
   * @param size height and width of a patch
   * @return the layer
   */
  public static Conv2d patches(int out, int size) {
    return of(out, size).stride(size).padding(0);
  }

  /**
   * {@return this layer with another stride}
   *
   * @param value of both axes
   */
  public Conv2d stride(int value) {
    return new Conv2d(out, kernel, value, padding, groups, bias, init);
  }

  /**
   * {@return this layer with other padding}
   *
   * @param value zeros on each side
   */
  public Conv2d padding(int value) {
    return new Conv2d(out, kernel, stride, value, groups, bias, init);
  }

  /** {@return this layer without a bias} */
  public Conv2d withoutBias() {
    return new Conv2d(out, kernel, stride, padding, groups, false, init);
  }

  /**
   * {@return this layer with other initial weights}
   *
   * @param value the initialisation of the weight
   */
  public Conv2d init(Init value) {
    return new Conv2d(out, kernel, stride, padding, groups, bias, value);
  }

  /**
   * x [batch, in, height, width] to [batch, out, height', width'].
   *
   * @param s where its parameters are
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
   * Transposed convolution, kernel and stride {@code factor}, with a bias: {@code weight [in, out,
   * factor, factor]}.
   *
   * @param s where its parameters are
   * @param x [batch, in, height, width]
   * @param out output channels
   * @param factor how many times larger the result is
   * @return [batch, out, factor · height, factor · width]
   */
  public static Tensor upsample(Scope s, Tensor x, int out, int factor) {
    Init init = new Init.FanIn(out * factor * factor);
    return upsample(s, x, out, factor, init, init);
  }

  /**
   * The same, initialised as given.
   *
   * @param s where its parameters are
   * @param x [batch, in, height, width]
   * @param out output channels
   * @param factor how many times larger the result is
   * @param weight initialisation of the weight
   * @param bias initialisation of the bias
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
