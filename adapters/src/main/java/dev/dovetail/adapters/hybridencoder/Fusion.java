package dev.dovetail.adapters.hybridencoder;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Activation;

/**
 * How neighbouring maps become one, "CCFF" (Zhao et al. 2024, section 4.2).
 *
 * @param block what fuses two maps
 * @param join how two maps become what a block takes
 * @param expansion width of the block over that of the maps
 * @param depth RepVGG blocks of a block
 * @param activation in RepVGG blocks and what is around them
 * @param epsilon of the norms
 */
public record Fusion(
    Block block, Join join, double expansion, int depth, Activation activation, double epsilon) {

  /** How two maps become what a block takes. */
  public enum Join {
    /** One beside the other (RT-DETR, D-FINE). */
    CONCATENATE,
    /** Their sum (DEIMv2). */
    SUM
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
    return block.lateral(layers(), s, x);
  }

  /**
   * A map at half the resolution.
   *
   * @param s where its parameters are
   * @param x [batch, channels, height, width]
   * @return [batch, channels, height / 2, width / 2]
   */
  Tensor downsample(Scope s, Tensor x) {
    return block.downsample(layers(), s, x);
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
    Tensor both = join == Join.SUM ? coarse.plus(fine) : Tensor.concat(1, coarse, fine);
    return fuse(s, both, fine.dim(1));
  }

  /**
   * What two maps joined become.
   *
   * @param s where its parameters are
   * @param both [batch, in, height, width]
   * @param out channels of the result
   * @return [batch, out, height, width]
   */
  Tensor fuse(Scope s, Tensor both, int out) {
    return s.run(() -> block.fuse(layers(), s, both, out, expansion));
  }

  private FusionLayers layers() {
    return new FusionLayers(depth, activation, new ConvNorm(epsilon));
  }
}
