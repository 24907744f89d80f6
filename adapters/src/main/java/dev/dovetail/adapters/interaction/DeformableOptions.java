package dev.dovetail.adapters.interaction;

import dev.dovetail.graph.nn.MultiScaleDeformableAttention;

/**
 * The deformable attention of all interactions, for a backbone of any width.
 *
 * @param points sampled points for each query, head and level
 * @param deformHeads heads of the attention
 * @param deformRatio width of its values over the width
 */
public record DeformableOptions(int points, int deformHeads, double deformRatio) {

  /** {@return 4 points, 6 heads, values as wide as the tokens} */
  public static DeformableOptions defaults() {
    return new DeformableOptions(4, 6, 1);
  }

  /**
   * {@return the layer}
   *
   * @param width channels of the tokens
   * @throws IllegalArgumentException if a value is out of range, or the heads do not divide the
   *     values
   */
  public MultiScaleDeformableAttention layer(int width) {
    return new MultiScaleDeformableAttention(deformHeads, points, (int) (width * deformRatio));
  }
}
