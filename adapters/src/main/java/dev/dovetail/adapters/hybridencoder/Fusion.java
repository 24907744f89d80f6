package dev.dovetail.adapters.hybridencoder;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.graph.nn.Conv2d;

/**
 * How neighbouring maps become one, "CCFF" (Zhao et al. 2024, section 4.2).
 *
 * @param block what fuses two maps
 * @param expansion width of the block over that of the maps
 * @param depth RepVGG blocks of a block
 * @param epsilon of the norms
 */
public record Fusion(
    Block block, double expansion, int depth, Activation activation, double epsilon) {

  /** What fuses two maps. */
  public enum Block {
    /** A cross-stage partial layer of RepVGG blocks (RT-DETR). */
    CSP_REP
  }

  public Fusion {
    if (!(expansion > 0) || depth < 0) {
      throw new IllegalArgumentException(
          "fusion: expansion ("
              + expansion
              + ") must be positive, and depth ("
              + depth
              + ") not negative");
    }
  }

  /**
   * A map of the coarser level before it is fused with the next finer one.
   *
   * @param s where its parameters are
   * @param x [batch, channels, height, width]
   * @return of the shape of x
   */
  Tensor lateral(Scope s, Tensor x) {
    return activation.apply(norm().apply(s, x, Conv2d.of(x.dim(1), 1)));
  }

  /**
   * A map at half the resolution.
   *
   * @param s where its parameters are
   * @param x [batch, channels, height, width]
   * @return [batch, channels, height / 2, width / 2]
   */
  Tensor downsample(Scope s, Tensor x) {
    return activation.apply(norm().apply(s, x, Conv2d.of(x.dim(1), 3).stride(2)));
  }

  /**
   * Two maps as one.
   *
   * @param s where its parameters are
   * @param coarse the coarser level's map, resampled
   * @param fine [batch, channels, height, width], as {@code coarse}
   * @return of the shape of either
   */
  Tensor fuse(Scope s, Tensor coarse, Tensor fine) {
    Tensor both = Tensor.concat(1, coarse, fine);
    return switch (block) {
      case CSP_REP -> s.run(() -> cspRep(s, both, fine.dim(1)));
    };
  }

  private Tensor cspRep(Scope s, Tensor x, int out) {
    int inner = (int) (out * expansion);
    Conv2d split = Conv2d.of(inner, 1);
    Tensor deep = activation.apply(norm().apply(s.at("conv1"), x, split));
    deep = s.at("bottlenecks").fold(0, depth, deep, (b, y, i) -> repVgg(b, y));
    Tensor sum = deep.plus(activation.apply(norm().apply(s.at("conv2"), x, split)));
    return inner == out
        ? sum
        : activation.apply(norm().apply(s.at("conv3"), sum, Conv2d.of(out, 1)));
  }

  /** A 3x3 and a 1x1 convolution side by side. */
  private Tensor repVgg(Scope s, Tensor x) {
    Tensor wide = norm().apply(s.at("conv1"), x, Conv2d.of(x.dim(1), 3));
    return activation.apply(wide.plus(norm().apply(s.at("conv2"), x, Conv2d.of(x.dim(1), 1))));
  }

  private ConvNorm norm() {
    return new ConvNorm(epsilon);
  }
}
