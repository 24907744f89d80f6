package dev.dovetail.graph.nn;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;

/** A normalisation of maps [batch, channels, height, width], as detectron2's configs name them. */
public enum MapNorm {
  /** None; convolutions have a bias instead. */
  NONE,
  /** Over the channels of each pixel, epsilon 1e-6. */
  LN,
  /** With running statistics, epsilon 1e-5. */
  BN,
  /** Over 32 groups of channels, epsilon 1e-5. */
  GN;

  private static final int GROUPS = 32;
  private static final double EPSILON = 1e-6;

  /**
   * Normalises maps.
   *
   * @param s where its parameters are
   * @param map [batch, channels, height, width]
   * @return of the shape of map
   * @throws IllegalArgumentException if groups do not divide the channels
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
                  + " channels, and there are "
                  + map.dim(1));
        }
        yield Norms.groupNorm(s, map, GROUPS);
      }
    };
  }
}
