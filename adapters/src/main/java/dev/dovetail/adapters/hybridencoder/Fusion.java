package dev.dovetail.adapters.hybridencoder;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Activation;

/**
 * The fusion of adjacent maps, "CCFF" (Zhao et al. 2024, section 4.2).
 *
 * @param block the block that fuses two maps
 * @param join how two maps are joined to the input of a block
 * @param expansion ratio of the width of the block to that of the maps
 * @param depth number of RepVGG blocks in a block
 * @param activation activation in RepVGG blocks and the convolutions around them
 * @param epsilon epsilon of the norms
 */
public record Fusion(
    Block block, Join join, double expansion, int depth, Activation activation, double epsilon) {

  /** How two maps are joined to the input of a block. */
  public enum Join {
    /** Concatenation (RT-DETR, D-FINE). */
    CONCATENATE,
    /** Sum (DEIMv2). */
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
   * Projects a map of the coarser level before it is fused with the next finer one.
   *
   * @param s the scope of its parameters
   * @param x [batch, channels, height, width]
   * @return a map with the shape of {@code x}
   */
  Tensor lateral(Scope s, Tensor x) {
    return block.lateral(layers(), s, x);
  }

  /**
   * Halves the resolution of a map.
   *
   * @param s the scope of its parameters
   * @param x [batch, channels, height, width]
   * @return [batch, channels, height / 2, width / 2]
   */
  Tensor downsample(Scope s, Tensor x) {
    return block.downsample(layers(), s, x);
  }

  /**
   * Fuses two maps.
   *
   * @param s the scope of its parameters
   * @param coarse the coarser level's map, resampled
   * @param fine [batch, channels, height, width], like {@code coarse}
   * @return a map with the same shape
   */
  Tensor fuse(Scope s, Tensor coarse, Tensor fine) {
    Tensor both = join == Join.SUM ? coarse.plus(fine) : Tensor.concat(1, coarse, fine);
    return fuse(s, both, fine.dim(1));
  }

  /**
   * Fuses two joined maps.
   *
   * @param s the scope of its parameters
   * @param both the joined maps, [batch, in, height, width]
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
