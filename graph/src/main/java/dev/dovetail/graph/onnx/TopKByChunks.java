package dev.dovetail.graph.onnx;

import dev.dovetail.graph.Node;
import dev.dovetail.graph.Selection;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import java.util.List;

/**
 * Selects the k largest elements of a long row in two steps: those of each chunk of the row, then
 * those of all chunks. ONNX Runtime's CUDA provider reads a row in a single block of threads, so
 * the chunks are read in parallel. Equal elements keep the order of their indices.
 */
final class TopKByChunks {

  /** Shorter rows take less time than more kernels. */
  private static final int LONG = 1 << 14;

  /** The minimum ratio of the elements that a block reads in one step and in two. */
  private static final int GAIN = 2;

  private TopKByChunks() {}

  /**
   * Returns the replacement of each result of {@code node}; empty if it is another kind of node or
   * the replacement is not faster.
   *
   * @param node any node
   * @param operands its operands
   */
  static List<Tensor> of(Node node, List<Tensor> operands) {
    if (!(node.op() instanceof Selection.TopK top)) {
      return List.of();
    }
    Tensor x = operands.get(0);
    boolean row = x.shape().isStatic() && x.shape().axis(top.axis()) == x.rank() - 1;
    if (!row || x.dim(-1) < LONG) {
      return List.of();
    }
    int n = x.dim(-1);
    int chunks = chunks(n, top.k());
    return read(n, top.k(), chunks) * GAIN <= n ? inTwoSteps(top, x, chunks) : List.of();
  }

  /** Returns the divisor of {@code n} for which the fewest elements are read in sequence. */
  private static int chunks(int n, int k) {
    int best = 1;
    for (int c = 2; (long) c * c <= n; c++) {
      if (n % c == 0 && read(n, k, c) < read(n, k, best)) {
        best = c;
      }
    }
    return best;
  }

  private static long read(int n, int k, int chunks) {
    return n / chunks + (long) chunks * Math.min(k, n / chunks);
  }

  private static List<Tensor> inTwoSteps(Selection.TopK top, Tensor x, int chunks) {
    int n = x.dim(-1);
    int rows = Math.toIntExact(x.shape().elements() / n);
    int each = Math.min(top.k(), n / chunks);
    List<Tensor> first =
        x.reshape(rows * chunks, n / chunks).applyAll(new Selection.TopK(each, 1, top.largest()));
    List<Tensor> second =
        first
            .get(0)
            .reshape(rows, chunks * each)
            .applyAll(new Selection.TopK(top.k(), 1, top.largest()));
    Tensor index =
        first
            .get(1)
            .reshape(rows, chunks, each)
            .plus(x.constant(starts(n, chunks)))
            .reshape(rows, chunks * each)
            .gatherNd(1, second.get(1).unsqueeze(2));
    int[] shape = x.shape().with(-1, top.k()).dims();
    return List.of(second.get(0).reshape(shape), index.reshape(shape));
  }

  /** Returns the index of the first element of each chunk, int64 [1, chunks, 1]. */
  private static TensorData starts(int n, int chunks) {
    long[] starts = new long[chunks];
    for (int c = 0; c < chunks; c++) {
      starts[c] = (long) c * (n / chunks);
    }
    return TensorData.of(starts, 1, chunks, 1);
  }
}
