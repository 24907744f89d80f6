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
import dev.dovetail.graph.nn.ReferencePoints;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Deformable attention in ONNX operators, one point of every query at a time, in float32. Every
 * step runs on a GPU at memory bandwidth, except for the sampling, and the values of all points
 * never exist simultaneously.
 */
final class DeformableByPoint {

  /** The number of values that a kernel of ONNX Runtime adds at once. */
  private static final int TERMS = 8;

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
              Tensor grid = operands.get(1).times(2).minus(1);
              List<Tensor> maps = DeformableLowering.maps(operands.get(0), grid.dim(1), op.maps());
              return sum(maps, op.points(), grid, operands.get(2));
            }));
  }

  /**
   * Returns attention from offsets, in half precision. The product that computes the offsets
   * returns them in the range of the sampling operator.
   *
   * @param node a node of the fused operator with offsets
   * @param operands its operands
   */
  static Tensor fromOffsets(Node node, List<Tensor> operands) {
    DeformableAttention op = (DeformableAttention) node.op();
    Tensor values = biased(op, operands, 0);
    Tensor logits = biased(op, operands, 1);
    Tensor cells = operands.get(2).constant(cells(op));
    Tensor offsets =
        op.biases()
            ? CudaFusions.scaledProduct(operands.get(2), cells).plus(operands.get(6).times(cells))
            : operands.get(2).times(cells);
    int batch = logits.dim(0);
    int n = logits.dim(1);
    int points = op.total();
    Tensor weights = logits.reshape(batch, n, op.heads(), points).softmax(-1).permute(0, 2, 1, 3);
    Tensor moves = offsets.reshape(batch, n, op.heads(), points, 2).permute(0, 2, 1, 3, 4);
    List<Shape> grids =
        op.grids().stream().map(grid -> Shape.of(grid.height(), grid.width())).toList();
    List<Tensor> maps = DeformableLowering.maps(values, op.heads(), grids);
    return Lowering.inFloat32(
        node,
        () -> {
          Tensor centers = ReferencePoints.perPoint(operands.get(3).times(2).minus(1), op.points());
          return sum(maps, op.points(), moves.plus(centers), weights);
        });
  }

  private static Tensor biased(DeformableAttention op, List<Tensor> operands, int i) {
    return op.biases() ? operands.get(i).plus(operands.get(4 + i)) : operands.get(i);
  }

  /**
   * Returns the width and the height of a cell in the range from -1 to 1, for each head and point:
   * [heads * points * 2].
   */
  private static TensorData cells(DeformableAttention op) {
    float[] cells = new float[op.heads() * op.total() * 2];
    int i = 0;
    for (int h = 0; h < op.heads(); h++) {
      for (int l = 0; l < op.grids().size(); l++) {
        for (int p = 0; p < op.points().get(l); p++) {
          cells[i++] = 2f / op.grids().get(l).width();
          cells[i++] = 2f / op.grids().get(l).height();
        }
      }
    }
    return TensorData.of(cells, cells.length);
  }

  /**
   * Samples all points and adds the weighted values.
   *
   * @param maps [batch * heads, channels, height, width] each
   * @param grid [batch, heads, n, points, 2], from -1 to 1
   * @param weights [batch, heads, n, points]
   * @return [batch, n, heads * channels]
   */
  private static Tensor sum(List<Tensor> maps, List<Integer> points, Tensor grid, Tensor weights) {
    int batch = grid.dim(0);
    int n = grid.dim(2);
    int all = batch * grid.dim(1);
    // A permutation before the split would be faster, but ONNX Runtime moves it behind the split,
    // where it becomes one kernel for each point.
    List<Tensor> at = grid.chunk(grid.dim(3), 3);
    List<Tensor> shares = weights.chunk(grid.dim(3), 3);
    List<Tensor> parts = new ArrayList<>();
    int point = 0;
    for (int i = 0; i < maps.size(); i++) {
      for (int p = 0; p < points.get(i); p++, point++) {
        if (parts.size() == TERMS) {
          parts = new ArrayList<>(List.of(sum(parts)));
        }
        parts.add(
            maps.get(i)
                .apply(new Sampling.GridSample(), at.get(point).reshape(all, 1, n, 2))
                .times(shares.get(point).reshape(all, 1, 1, n)));
      }
    }
    return sum(parts).reshape(batch, -1, n).permute(0, 2, 1);
  }

  private static Tensor sum(List<Tensor> parts) {
    Tensor[] others = parts.subList(1, parts.size()).toArray(Tensor[]::new);
    return parts.get(0).apply(new Elementwise.Sum(), others);
  }
}
