package dev.dovetail.heads.queries;

import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.nn.Extent;
import java.util.List;

/** Operations on boxes (center x, center y, width, height) in fractions of an image. */
public final class Coordinates {

  private static final double EPSILON = 1e-5;

  private Coordinates() {}

  /**
   * {@return {@code log(x / (1 - x))}, with both operands clamped to at least 1e-5}
   *
   * @param x values from 0 to 1, of any shape
   */
  public static Tensor inverseSigmoid(Tensor x) {
    Tensor bounded = x.clip(0, 1);
    Tensor one = x.constant(TensorData.scalar(1f));
    return bounded.clip(EPSILON, 1).div(one.minus(bounded).clip(EPSILON, 1)).log();
  }

  /**
   * Returns a box for each cell of a pyramid. It has the center of the cell and a size that doubles
   * from level to level (two-stage Deformable DETR, Zhu et al. 2021, appendix A.4).
   *
   * @param grids the sizes of the levels, finest first
   * @param size width and height on the finest level
   * @return float32 [1, cells, 4]
   */
  public static TensorData cellBoxes(List<Extent> grids, double size) {
    int cells = grids.stream().mapToInt(Extent::area).sum();
    float[] boxes = new float[4 * cells];
    int i = 0;
    float side = (float) size;
    for (Extent grid : grids) {
      for (int cell = 0; cell < grid.area(); cell++) {
        boxes[i++] = (cell % grid.width() + 0.5f) / grid.width();
        boxes[i++] = (cell / grid.width() + 0.5f) / grid.height();
        boxes[i++] = side;
        boxes[i++] = side;
      }
      side *= 2;
    }
    return TensorData.of(boxes, 1, cells, 4);
  }

  /**
   * Gathers the rows of x at the specified indices.
   *
   * @param x [batch, n, k]
   * @param index int64 [batch, m]
   * @return [batch, m, k]
   */
  public static Tensor rows(Tensor x, Tensor index) {
    return x.gatherNd(1, index.unsqueeze(2));
  }
}
