package dev.dovetail.graph.nn;

import dev.dovetail.graph.Tensor;

/**
 * Around what each query of deformable attention samples. Coordinates are fractions of a map, x
 * before y.
 */
public sealed interface ReferencePoints {

  /**
   * Points; offsets are in cells of each level.
   *
   * @param xy [batch or 1, n, levels or 1, 2]
   */
  record Points(Tensor xy) implements ReferencePoints {}

  /**
   * Boxes; offsets are in shares of half their width and height (Zhu et al. 2021, appendix A.4).
   *
   * @param centreAndSize [batch or 1, n, levels or 1, 4]: centre x, centre y, width, height
   */
  record Boxes(Tensor centreAndSize) implements ReferencePoints {}
}
