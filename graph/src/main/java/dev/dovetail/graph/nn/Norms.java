package dev.dovetail.graph.nn;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Normalization;
import dev.dovetail.graph.Role;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import java.util.Arrays;

/** Normalization layers: {@code weight [channels]}, {@code bias [channels]}. */
public final class Norms {

  private Norms() {}

  /**
   * Applies layer norm over the last axis.
   *
   * @param s the scope of its parameters
   * @param x [..., width]
   * @param epsilon added to the variance
   * @return the shape of x
   */
  public static Tensor layerNorm(Scope s, Tensor x, double epsilon) {
    return s.run(() -> x.apply(new Normalization.LayerNorm(epsilon), affine(s, x.dim(-1))));
  }

  /**
   * Applies RMS norm over the last axis: {@code weight [width]} (Zhang and Sennrich 2019).
   *
   * @param s the scope of its parameter
   * @param x [..., width]
   * @param epsilon added to the mean square
   * @return the shape of x
   */
  public static Tensor rmsNorm(Scope s, Tensor x, double epsilon) {
    return s.run(
        () -> {
          Tensor scale = s.float32(() -> x.times(x).mean(x.rank() - 1, true).plus(epsilon).sqrt());
          return s.float32(() -> x.div(scale)).times(s.weight("weight", Init.ones(), x.dim(-1)));
        });
  }

  /**
   * Applies layer norm over the channels of every pixel.
   *
   * @param s the scope of its parameters
   * @param x [batch, channels, height, width]
   * @param epsilon added to the variance
   * @return the shape of x
   */
  public static Tensor channelLayerNorm(Scope s, Tensor x, double epsilon) {
    return s.run(
        () ->
            x.permute(0, 2, 3, 1)
                .apply(new Normalization.LayerNorm(epsilon), affine(s, x.dim(1)))
                .permute(0, 3, 1, 2));
  }

  /**
   * Applies batch norm with running statistics and epsilon 1e-5.
   *
   * @param s the scope of its parameters
   * @param x [batch, channels, ...]
   * @return the shape of x
   */
  public static Tensor batchNorm(Scope s, Tensor x) {
    return batchNorm(s, x, 1e-5);
  }

  /**
   * Applies batch norm with running statistics.
   *
   * @param s the scope of its parameters
   * @param x [batch, channels, ...]
   * @param epsilon added to the variance
   * @return the shape of x
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
   * Applies group norm, over groups of channels and all positions, with epsilon 1e-5.
   *
   * @param s the scope of its parameters
   * @param x [batch, channels, height, width]
   * @param groups number of groups, a divisor of channels
   * @return the shape of x
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
