package dev.dovetail.graph.onnx;

import dev.dovetail.graph.Elementwise;
import dev.dovetail.graph.Lowering;
import dev.dovetail.graph.Node;
import dev.dovetail.graph.Op;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.fused.ResizeArgMax;
import dev.dovetail.graph.nn.Resampling;
import dev.dovetail.graph.nn.ResizeMatrix;
import java.util.List;

/**
 * Computes label maps in half precision by products and a pooling.
 *
 * <p>Resizing is linear in the rows and in the columns of a map. So all steps from the scores to
 * the original size are applied to a matrix for each axis, in float32, and then two products resize
 * the scores at once. The pooling over the classes also returns the index of the largest value.
 */
final class LabelMapsByPooling {

  /**
   * Scores are limited to this absolute value, so that the products contain neither NaN nor
   * infinities.
   */
  private static final float LIMIT = 50000;

  /**
   * The scores of an additional first class. ONNX Runtime's pooling finds no maximum if no value is
   * larger than the first one minus 1, which in half precision may be the first one again.
   */
  private static final float BELOW = -60000;

  private static final Op MODULO = new Elementwise.Binary(Elementwise.Operator.MOD);

  private LabelMapsByPooling() {}

  /**
   * Returns the label map.
   *
   * @param node the node of the fused operator
   * @param op the operator
   * @param operands its operands
   */
  static Tensor of(Node node, ResizeArgMax op, List<Tensor> operands) {
    Tensor scores = operands.get(0);
    Tensor rows = Lowering.inFloat32(node, () -> matrix(op, operands, 2));
    Tensor columns = Lowering.inFloat32(node, () -> matrix(op, operands, 3));
    return Lowering.inGraphPrecision(
        node,
        () -> {
          Shape plane = scores.shape().with(1, 1);
          Tensor below = scores.constant(TensorData.scalar(BELOW)).expand(plane.dims());
          Tensor limited =
              scores
                  .greater(-LIMIT) // false for NaN
                  .where(scores, -LIMIT)
                  .min(scores.constant(TensorData.scalar(LIMIT)));
          Tensor resized = rows.matmul(Tensor.concat(1, below, limited)).matmul(columns);
          int planes = scores.dim(1) + 1;
          Tensor position =
              resized.unsqueeze(1).applyAll(new ContribOp.MaxPool(planes)).get(1).squeeze(1);
          return position
              .apply(MODULO, position.constant(TensorData.scalar((long) planes)))
              .minus(1)
              .cast(op.labels())
              .squeeze(1);
        });
  }

  /**
   * Returns the matrix of all steps along one axis: [rows of the result, rows] to be multiplied
   * from the left, or [columns, columns of the result] from the right.
   */
  private static Tensor matrix(ResizeArgMax op, List<Tensor> operands, int axis) {
    Tensor scores = operands.get(0);
    boolean rows = axis == 2;
    ResizeMatrix first = ResizeMatrix.linear(scores.dim(axis), rows ? op.height() : op.width());
    ResizeMatrix m = rows ? first : first.transposed();
    Tensor all = scores.constant(TensorData.of(m.values(), 1, 1, m.out(), m.in()));
    Tensor cropped = op.cropped() ? all.first(axis, operands.get(axis - 1)) : all;
    Tensor size = operands.get(operands.size() - 1).slice(0, axis - 2, axis - 1);
    Tensor sizes =
        rows
            ? Tensor.concat(0, longs(all, 1, 1), size, longs(all, m.in()))
            : Tensor.concat(0, longs(all, 1, 1, m.out()), size);
    return Resampling.bilinear(cropped, sizes).squeeze(0).squeeze(0);
  }

  private static Tensor longs(Tensor like, long... values) {
    return like.constant(TensorData.of(values, values.length));
  }
}
