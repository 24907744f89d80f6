package dev.dovetail.graph.nn;

import dev.dovetail.graph.Tensor;

/**
 * The locations around which queries of deformable attention sample. Coordinates are fractions of a
 * map, x before y.
 */
public sealed interface ReferencePoints {

  /**
   * Points. Offsets are in cells of each level.
   *
   * @param xy [batch or 1, n, levels or 1, 2]
   */
  record Points(Tensor xy) implements ReferencePoints {}

  /**
   * Boxes. Offsets are relative to half their width and height (Zhu et al. 2021, appendix A.4).
   *
   * @param centreAndSize [batch or 1, n, levels or 1, 4]: center x, center y, width, height
   */
  record Boxes(Tensor centreAndSize) implements ReferencePoints {}
}
