package dev.dovetail.graph.nn;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;

/**
 * A normalization of maps [batch, channels, height, width], with the names of detectron2's configs.
 */
public enum MapNorm {
  /** None; convolutions have a bias instead. */
  NONE,
  /** Layer norm over the channels of each pixel, epsilon 1e-6. */
  LN,
  /** Batch norm with running statistics, epsilon 1e-5. */
  BN,
  /** Group norm with 32 groups of channels, epsilon 1e-5. */
  GN;

  private static final int GROUPS = 32;
  private static final double EPSILON = 1e-6;

  /**
   * Normalizes maps.
   *
   * @param s the scope of its parameters
   * @param map [batch, channels, height, width]
   * @return the shape of map
   * @throws IllegalArgumentException if the groups do not divide the channels
   */
  public Tensor apply(Scope s, Tensor map) {
    return switch (this) {
      case NONE -> map;
      case LN -> Norms.channelLayerNorm(s, map, EPSILON);
      case BN -> Norms.batchNorm(s, map);
      case GN -> {
        if (map.dim(1) % GROUPS != 0) {
          throw new IllegalArgumentException(
              "the norm 'gn' needs a multiple of "
                  + GROUPS
                  + " channels, but the map has "
                  + map.dim(1));
        }
        yield Norms.groupNorm(s, map, GROUPS);
      }
    };
  }
}
