package dev.dovetail.graph.nn;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Normalization;
import dev.dovetail.graph.Role;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import java.util.Arrays;

/** Normalisation layers: {@code weight [channels]}, {@code bias [channels]}. */
public final class Norms {

  private Norms() {}

  /**
   * Over the last axis of x [..., width].
   *
   * @param s where its parameters are
   * @param x [..., width]
   * @param epsilon added to the variance
   * @return of the shape of x
   */
  public static Tensor layerNorm(Scope s, Tensor x, double epsilon) {
    return s.run(() -> x.apply(new Normalization.LayerNorm(epsilon), affine(s, x.dim(-1))));
  }

  /**
   * Over the last axis of x [..., width], by its root mean square alone: {@code weight [width]}
   * (Zhang and Sennrich 2019).
   *
   * @param s where its parameter is
   * @param x [..., width]
   * @param epsilon added to the mean square
   * @return of the shape of x
   */
  public static Tensor rmsNorm(Scope s, Tensor x, double epsilon) {
    return s.run(
        () -> {
          Tensor scale = s.float32(() -> x.times(x).mean(x.rank() - 1, true).plus(epsilon).sqrt());
          return s.float32(() -> x.div(scale)).times(s.weight("weight", Init.ones(), x.dim(-1)));
        });
  }

  /**
   * Over the channels of every pixel of x [batch, channels, height, width].
   *
   * @param s where its parameters are
   * @param x [batch, channels, height, width]
   * @param epsilon added to the variance
   * @return of the shape of x
   */
  public static Tensor channelLayerNorm(Scope s, Tensor x, double epsilon) {
    return s.run(
        () ->
            x.permute(0, 2, 3, 1)
                .apply(new Normalization.LayerNorm(epsilon), affine(s, x.dim(1)))
                .permute(0, 3, 1, 2));
  }

  /**
   * With running statistics, epsilon 1e-5, over the channels of x [batch, channels, ...].
   *
   * @param s where its parameters are
   * @param x [batch, channels, ...]
   * @return of the shape of x
   */
  public static Tensor batchNorm(Scope s, Tensor x) {
    return batchNorm(s, x, 1e-5);
  }

  /**
   * With running statistics over the channels of x [batch, channels, ...].
   *
   * @param s where its parameters are
   * @param x [batch, channels, ...]
   * @param epsilon added to the variance
   * @return of the shape of x
   */
  public static Tensor batchNorm(Scope s, Tensor x, double epsilon) {
    int channels = x.dim(1);
    s.ignoreKeys("num_batches_tracked", "a counter of training steps");
    return s.run(
        () ->
            x.apply(
                new Normalization.BatchNorm(epsilon),
                s.weight("weight", Init.ones(), channels),
                s.weight("bias", Init.zeros(), channels),
                statistic(s, "running_mean", Init.zeros(), channels),
                statistic(s, "running_var", Init.ones(), channels)));
  }

  /**
   * Over groups of channels and all positions of x [batch, channels, height, width]; epsilon 1e-5.
   *
   * @param s where its parameters are
   * @param x [batch, channels, height, width]
   * @param groups how many, a divisor of channels
   * @return of the shape of x
   */
  public static Tensor groupNorm(Scope s, Tensor x, int groups) {
    int channels = x.dim(1);
    float[] ones = new float[groups];
    Arrays.fill(ones, 1);
    return s.run(
        () -> {
          Tensor grouped =
              x.reshape(
                  x.dim(0), groups, Math.multiplyExact(channels / groups, x.dim(2) * x.dim(3)));
          Tensor normed =
              grouped
                  .apply(
                      new Normalization.InstanceNorm(1e-5),
                      s.constant(ones),
                      s.constant(new float[groups]))
                  .reshape(x.shape().dims());
          return normed
              .times(s.weight("weight", Init.ones(), channels).reshape(channels, 1, 1))
              .plus(s.weight("bias", Init.zeros(), channels).reshape(channels, 1, 1));
        });
  }

  private static Tensor[] affine(Scope s, int width) {
    return new Tensor[] {
      s.weight("weight", Init.ones(), width), s.weight("bias", Init.zeros(), width)
    };
  }

  private static Tensor statistic(Scope s, String name, Init init, int channels) {
    return s.parameter(name, DType.FLOAT32, Role.STATISTIC, init, channels);
  }
}
