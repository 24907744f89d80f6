package dev.dovetail.adapters.interaction;

import dev.dovetail.graph.nn.MultiScaleDeformableAttention;

/**
 * The options of the deformable attention of all interactions, for a backbone of any width.
 *
 * @param points number of sampling points for each query, head and level
 * @param deformHeads heads of the attention
 * @param deformRatio ratio of the width of its values to the width of the tokens
 */
public record DeformableOptions(int points, int deformHeads, double deformRatio) {

  /** {@return options with 4 points, 6 heads, and values as wide as the tokens} */
  public static DeformableOptions defaults() {
    return new DeformableOptions(4, 6, 1);
  }

  /**
   * {@return the layer}
   *
   * @param width channels of the tokens
   * @throws IllegalArgumentException if a value is out of range, or the width of the values is not
   *     a multiple of the heads
   */
  public MultiScaleDeformableAttention layer(int width) {
    return new MultiScaleDeformableAttention(deformHeads, points, (int) (width * deformRatio));
  }
}
