package dev.dovetail.graph.fused;

import dev.dovetail.graph.Fusion;
import dev.dovetail.graph.Lowering;
import dev.dovetail.graph.Node;
import dev.dovetail.graph.Reduction;
import dev.dovetail.graph.Selection;
import dev.dovetail.graph.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Non-maximum suppression of many boxes of one class in four steps, each of which is one kernel:
 * the order of the scores, the overlaps of all pairs of boxes, the selection, and the result, whose
 * size is read by the CPU.
 */
final class SuppressionSteps {

  /** With fewer boxes, ONNX Runtime's operator is faster than these four kernels. */
  private static final int MANY = 512;

  /**
   * The maximum number of boxes. The order compares all pairs, and overlaps have a bit for each.
   */
  private static final int MOST = 1 << 14;

  private SuppressionSteps() {}

  /**
   * Returns the steps in order, the last of which computes the result of {@code node}; none if it
   * is another operator or the numbers of boxes are out of range.
   */
  static List<Fusion> of(Node node) {
    if (!(node.op() instanceof Selection.NonMaxSuppression op)) {
      return List.of();
    }
    Tensor boxes = node.inputs().get(0);
    Tensor scores = node.inputs().get(1);
    boolean fixed = boxes.shape().isStatic() && scores.shape().isStatic();
    if (!fixed
        || scores.dim(1) != 1
        || scores.dim(2) < MANY
        || scores.dim(2) > MOST
        || op.maxPerClass() < 1) {
      return List.of();
    }
    int most = (int) Math.min(op.maxPerClass(), scores.dim(2));
    return Lowering.inPlaceOf(
        node,
        () -> {
          Tensor order = scores.apply(new ScoreOrder());
          Tensor overlaps = boxes.apply(new BoxOverlaps(op.iouThreshold()), order);
          List<Tensor> selected =
              overlaps.applyAll(new GreedySelection(most, op.scoreThreshold()), order, scores);
          Tensor counts = selected.get(1);
          int images = counts.dim(0);
          // With one image, its count is also the total, so it is passed only once, as the size. If
          // a node read the same value on the CPU and on the GPU, ONNX Runtime would not copy it to
          // the CPU.
          List<Tensor> operands = new ArrayList<>(selected);
          if (images > 1) {
            operands.add(counts.apply(new Reduction.Reduce(Reduction.Kind.SUM, 0, true)));
          }
          return List.of(
              Fusion.of(order.node()),
              Fusion.of(overlaps.node()),
              Fusion.of(counts.node()),
              new Fusion(new SelectedBoxes(images), operands, node.outputs()));
        });
  }
}
