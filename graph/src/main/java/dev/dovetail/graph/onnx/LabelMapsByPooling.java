package dev.dovetail.graph.onnx;

import dev.dovetail.graph.Elementwise;
import dev.dovetail.graph.Indexing;
import dev.dovetail.graph.Lowering;
import dev.dovetail.graph.Node;
import dev.dovetail.graph.Op;
import dev.dovetail.graph.Sampling;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.fused.ResizeArgMax;
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
    Tensor rows = Lowering.inFloat32(node, () -> rows(op, operands));
    Tensor columns = Lowering.inFloat32(node, () -> columns(op, operands));
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

  /** Returns the matrix that resizes the rows of a map: [rows of the result, rows]. */
  private static Tensor rows(ResizeArgMax op, List<Tensor> operands) {
    Tensor scores = operands.get(0);
    ResizeMatrix resize = ResizeMatrix.linear(scores.dim(2), op.height());
    Tensor all = scores.constant(TensorData.of(resize.values(), 1, 1, resize.out(), resize.in()));
    Tensor cropped = op.cropped() ? all.gather(2, upTo(operands.get(1))) : all;
    Tensor size = size(operands).slice(0, 0, 1);
    return resized(cropped, Tensor.concat(0, longs(all, 1, 1), size, longs(all, resize.in())));
  }

  /** Returns the matrix that resizes the columns of a map: [columns, columns of the result]. */
  private static Tensor columns(ResizeArgMax op, List<Tensor> operands) {
    Tensor scores = operands.get(0);
    ResizeMatrix resize = ResizeMatrix.linear(scores.dim(3), op.width()).transposed();
    Tensor all = scores.constant(TensorData.of(resize.values(), 1, 1, resize.out(), resize.in()));
    Tensor cropped = op.cropped() ? all.gather(3, upTo(operands.get(2))) : all;
    Tensor size = size(operands).slice(0, 1, 2);
    return resized(cropped, Tensor.concat(0, longs(all, 1, 1, resize.out()), size));
  }

  private static Tensor size(List<Tensor> operands) {
    return operands.get(operands.size() - 1);
  }

  private static Tensor resized(Tensor matrix, Tensor sizes) {
    Tensor none = matrix.constant(TensorData.of(new float[0], 0));
    return matrix
        .apply(new Sampling.ResizeTo(Sampling.Mode.LINEAR), none, none, sizes)
        .squeeze(0)
        .squeeze(0);
  }

  private static Tensor upTo(Tensor limit) {
    return limit
        .constant(TensorData.scalar(0L))
        .apply(new Indexing.RangeTo(), limit, limit.constant(TensorData.scalar(1L)));
  }

  private static Tensor longs(Tensor like, long... values) {
    return like.constant(TensorData.of(values, values.length));
  }
}
