package dev.dovetail.graph.fused;

import dev.dovetail.core.DType;
import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.Fusion;
import dev.dovetail.graph.Lowering;
import dev.dovetail.graph.Node;
import dev.dovetail.graph.Selection;
import dev.dovetail.graph.Tensor;
import java.util.List;

/**
 * The first elements of long rows in two steps, each of which is one kernel: chunks of a row are
 * sorted by one block of threads each, and every element of a chunk finds its place in the row.
 * ONNX Runtime reads a row in a single block.
 */
final class TopKSteps {

  /** ONNX Runtime sorts shorter rows in one kernel. */
  private static final int LONG = 1025;

  private static final int LONGEST = 1 << 20;

  /**
   * Bounds k times the number of chunks, to which the time of the second step is proportional in
   * rows of as many chunks.
   */
  private static final int MOST_SEARCHES = 1 << 20;

  private TopKSteps() {}

  /**
   * Returns the steps in order, the last of which computes the results of {@code node}; none if it
   * is another operator or the rows are out of range.
   */
  static List<Fusion> of(Node node) {
    if (!(node.op() instanceof Selection.TopK top)) {
      return List.of();
    }
    Tensor x = node.inputs().get(0);
    if (!x.shape().isStatic()
        || x.shape().axis(top.axis()) != x.rank() - 1
        || x.dtype() != DType.FLOAT32
        || top.k() < 1
        || x.dim(-1) < LONG
        || x.dim(-1) > LONGEST
        || (long) top.k() * x.dim(-1) / SortedChunks.LENGTH > MOST_SEARCHES) {
      return List.of();
    }
    Tensor keys = Lowering.inPlaceOf(node, () -> x.apply(new SortedChunks(top.k(), top.largest())));
    FusedOp merge = new MergedChunks(top.k());
    return List.of(Fusion.of(keys.node()), new Fusion(merge, List.of(keys, x), node.outputs()));
  }
}
