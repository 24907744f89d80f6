package dev.dovetail.graph.nn;

import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import java.util.List;
import java.util.stream.IntStream;

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

  /**
   * Expands references to the points of each query.
   *
   * @param references [batch or 1, n, levels or 1, k]
   * @param points the number of points on each level
   * @return [batch or 1, 1, n, points of all levels or 1, k]
   */
  static Tensor perPoint(Tensor references, List<Integer> points) {
    int batch = references.dim(0);
    int n = references.dim(1);
    int width = references.dim(3);
    if (references.dim(2) == 1) {
      return references.reshape(batch, 1, n, 1, width);
    }
    long[] level =
        IntStream.range(0, points.size())
            .flatMap(l -> IntStream.generate(() -> l).limit(points.get(l)))
            .asLongStream()
            .toArray();
    Tensor index = references.constant(TensorData.of(level, level.length));
    return references.gather(2, index).reshape(batch, 1, n, level.length, width);
  }
}
