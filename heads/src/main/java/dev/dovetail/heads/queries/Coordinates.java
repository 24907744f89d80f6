package dev.dovetail.heads.queries;

import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.nn.Extent;
import java.util.List;

/** Boxes as centre x, centre y, width and height, in fractions of an image. */
public final class Coordinates {

  private static final double EPSILON = 1e-5;

  private Coordinates() {}

  /**
   * {@return {@code log(x / (1 - x))}, whose operands are at least 1e-5}
   *
   * @param x from 0 to 1, of any shape
   */
  public static Tensor inverseSigmoid(Tensor x) {
    Tensor bounded = x.clip(0, 1);
    Tensor one = x.constant(TensorData.scalar(1f));
    return bounded.clip(EPSILON, 1).div(one.minus(bounded).clip(EPSILON, 1)).log();
  }

  /**
   * A box for each cell of a pyramid: its centre, and a size of 0.05 on the finest level that
   * doubles from level to level (two-stage Deformable DETR, Zhu et al. 2021, appendix A.4).
   *
   * @param grids the levels' sizes, finest first
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
   * The rows of x that an index names.
   *
   * @param x [batch, n, k]
   * @param index int64 [batch, m]
   * @return [batch, m, k]
   */
  public static Tensor rows(Tensor x, Tensor index) {
    return x.gatherNd(1, index.unsqueeze(2));
  }
}
