package dev.dovetail.graph.fused;

import dev.dovetail.graph.Elementwise;
import dev.dovetail.graph.Fusion;
import dev.dovetail.graph.Indexing;
import dev.dovetail.graph.Movement;
import dev.dovetail.graph.Node;
import dev.dovetail.graph.Op;
import dev.dovetail.graph.Reduction;
import dev.dovetail.graph.Sampling;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Finds label maps: the arg-max over the classes of scores that are resized to the size of the
 * network's input, cropped, and resized to the original size, which is unknown before a run.
 *
 * @param readOnce whether a single operator reads a value, and the value is not an output
 */
record LabelMaps(Predicate<Tensor> readOnce) {

  private static final Op ARG_MAX = new Reduction.ArgMax(1, false);
  private static final Op RESIZE = new Sampling.ResizeTo(Sampling.Mode.LINEAR);

  /** {@return the fused operator for the node that computes a label map} */
  Optional<Fusion> of(Node node) {
    if (!(node.op() instanceof Elementwise.Cast cast)) {
      return Optional.empty();
    }
    Tensor best = node.inputs().get(0);
    if (!isOnly(best, ARG_MAX) || !isOnly(operand(best, 0), RESIZE)) {
      return Optional.empty();
    }
    Tensor resized = operand(best, 0);
    Tensor x = operand(resized, 0);
    List<Tensor> sizes = new ArrayList<>();
    if (isCrop(x, 3) && isCrop(operand(x, 0), 2)) {
      sizes.add(limit(operand(x, 0)));
      sizes.add(limit(x));
      x = operand(operand(x, 0), 0);
    }
    // The batch size and the number of classes precede the height and the width.
    Node all = operand(resized, 3).node();
    Tensor size = all.op() instanceof Movement.Concat ? all.inputs().get(1) : operand(resized, 3);
    if (!size.shape().equals(Shape.of(2)) || !x.shape().isStatic()) {
      return Optional.empty();
    }
    int height = x.dim(2);
    int width = x.dim(3);
    if (x.node().op() instanceof Sampling.Resize first
        && first.mode() == Sampling.Mode.LINEAR
        && readOnce.test(x)) {
      x = operand(x, 0);
    }
    List<Tensor> operands = new ArrayList<>(List.of(x));
    operands.addAll(sizes);
    operands.add(size);
    return Optional.of(
        new Fusion(
            new ResizeArgMax(height, width, !sizes.isEmpty(), cast.to()),
            operands,
            node.outputs()));
  }

  private boolean isOnly(Tensor t, Op op) {
    return t.node().op().equals(op) && readOnce.test(t);
  }

  /** Returns whether a value contains the first slices of another along an axis. */
  private boolean isCrop(Tensor t, int axis) {
    return isOnly(t, new Indexing.Gather(axis))
        && operand(t, 1).node().op() instanceof Indexing.RangeTo;
  }

  private static Tensor limit(Tensor crop) {
    return operand(operand(crop, 1), 1);
  }

  private static Tensor operand(Tensor t, int i) {
    return t.node().inputs().get(i);
  }
}
