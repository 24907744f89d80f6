package dev.dovetail.graph.onnx;

import dev.dovetail.graph.DeformableLowering;
import dev.dovetail.graph.Elementwise;
import dev.dovetail.graph.Lowering;
import dev.dovetail.graph.Node;
import dev.dovetail.graph.Sampling;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.fused.DeformableAttention;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Deformable attention in ONNX operators, one point of every query at a time, in float32. The
 * values of all points never exist simultaneously.
 *
 * <p>The weight of a point is its third coordinate. A map is a volume of depth 1 with zeros around
 * it. At a distance {@code 1 - weight} from the map, trilinear sampling returns {@code weight}
 * times the value, so no product follows. On an H200, it takes 9 % longer than bilinear sampling,
 * and the product 16 % of it.
 */
final class DeformableByPoint {

  /** By how much twice a location or a weight exceeds the range of the sampling operator. */
  private static final float[] EXCESS = {1, 1, 2};

  private DeformableByPoint() {}

  /**
   * Returns bilinear sampling at locations.
   *
   * @param node any node
   * @param operands its operands
   * @return the result; empty for other operators
   */
  static Optional<Tensor> of(Node node, List<Tensor> operands) {
    if (!(node.op() instanceof Sampling.DeformableAttention op)
        || op.method() != Sampling.DeformableAttention.Method.BILINEAR) {
      return Optional.empty();
    }
    return Optional.of(
        Lowering.inFloat32(
            node,
            () -> {
              Tensor at = Tensor.concat(4, operands.get(1), operands.get(2).unsqueeze(4));
              Tensor grid = at.times(2).minus(at.constant(TensorData.of(EXCESS, 3)));
              return sum(operands.get(0), op.maps(), op.points(), grid);
            }));
  }

  /**
   * Returns attention from offsets, in half precision. Offsets are scaled to the range of the
   * sampling operator in one product and one sum, whose factors are constant if references are.
   *
   * @param node a node of the fused operator with offsets
   * @param operands its operands
   */
  static Tensor fromOffsets(Node node, List<Tensor> operands) {
    DeformableAttention op = (DeformableAttention) node.op();
    Tensor values = biased(op, operands, 0);
    Tensor logits = biased(op, operands, 1);
    Tensor offsets = biased(op, operands, 2);
    int batch = logits.dim(0);
    int n = logits.dim(1);
    int points = op.total();
    Tensor weights = logits.reshape(batch, n, op.heads(), points).softmax(-1).unsqueeze(4);
    Tensor at = Tensor.concat(4, offsets.reshape(batch, n, op.heads(), points, 2), weights);
    List<Shape> maps =
        op.grids().stream().map(grid -> Shape.of(grid.height(), grid.width())).toList();
    return Lowering.inFloat32(
        node,
        () -> {
          Tensor grid = at.times(at.constant(factors(op))).plus(centers(op, operands.get(3)));
          return sum(values, maps, op.points(), grid.permute(0, 2, 1, 3, 4));
        });
  }

  private static Tensor biased(DeformableAttention op, List<Tensor> operands, int i) {
    return op.biases() ? operands.get(i).plus(operands.get(4 + i)) : operands.get(i);
  }

  /**
   * Returns what a cell and a weight of 1 are in the range of the sampling operator, [points, 3].
   */
  private static TensorData factors(DeformableAttention op) {
    float[] factors = new float[3 * op.total()];
    int i = 0;
    for (int l = 0; l < op.grids().size(); l++) {
      for (int p = 0; p < op.points().get(l); p++) {
        factors[i++] = 2f / op.grids().get(l).width();
        factors[i++] = 2f / op.grids().get(l).height();
        factors[i++] = 2;
      }
    }
    return TensorData.of(factors, op.total(), 3);
  }

  /**
   * Returns the coordinates of points without an offset and with a weight of 0.
   *
   * @param references [batch or 1, n, levels or 1, 2]
   * @return [batch or 1, n, 1, points or 1, 3]
   */
  private static Tensor centers(DeformableAttention op, Tensor references) {
    Tensor xy = references.times(2).minus(1);
    Tensor zero = xy.slice(3, 0, 1).times(0).minus(2);
    List<Tensor> levels = new ArrayList<>();
    for (int l = 0; l < references.dim(2); l++) {
      Tensor center = Tensor.concat(3, xy, zero).slice(2, l, l + 1);
      int points = references.dim(2) == 1 ? 1 : op.points().get(l);
      levels.add(center.expand(center.shape().with(2, points).dims()));
    }
    return Tensor.concat(2, levels).unsqueeze(2);
  }

  /**
   * Samples all points and adds the values.
   *
   * @param values [batch, cells, width]
   * @param grid [batch, heads, n, points, 3], from -1 to 1; weights from -2 to 0
   * @return [batch, n, width]
   */
  private static Tensor sum(Tensor values, List<Shape> maps, List<Integer> points, Tensor grid) {
    int batch = grid.dim(0);
    int heads = grid.dim(1);
    int n = grid.dim(2);
    // A permutation before the split would be faster, but ONNX Runtime moves it behind the split,
    // where it becomes one kernel for each point.
    List<Tensor> at = grid.chunk(grid.dim(3), 3);
    List<Tensor> all = DeformableLowering.maps(values, heads, maps);
    Tensor sum = null;
    int point = 0;
    for (int i = 0; i < all.size(); i++) {
      Tensor volume = all.get(i).unsqueeze(2);
      List<Tensor> parts = new ArrayList<>();
      for (int p = 0; p < points.get(i); p++, point++) {
        Tensor places = at.get(point).reshape(batch * heads, 1, 1, n, 3);
        parts.add(volume.apply(new Sampling.GridSample(), places));
      }
      if (sum != null) {
        parts.add(sum);
      }
      Tensor first = parts.remove(0);
      sum = first.apply(new Elementwise.Sum(), parts.toArray(Tensor[]::new));
    }
    return sum.reshape(batch, heads * sum.dim(1), n).permute(0, 2, 1);
  }
}
