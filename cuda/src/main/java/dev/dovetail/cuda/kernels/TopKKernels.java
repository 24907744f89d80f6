package dev.dovetail.cuda.kernels;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.fused.MergedChunks;
import dev.dovetail.graph.fused.SortedChunks;
import java.util.Map;
import java.util.Optional;

/** Launches the steps of top-k. */
final class TopKKernels {

  private static final int SORTING = 1024;

  private TopKKernels() {}

  static Optional<Launch> chunks(SortedChunks op, Shape x, DType type) {
    Shape keys = SortedChunks.keys(op.k(), x);
    long blocks = (long) keys.dim(0) * keys.dim(1);
    Map<String, String> constants =
        Map.of(
            "T", Kernels.name(type),
            "ROW", "" + x.dim(-1),
            "CHUNKS", "" + keys.dim(1),
            "LENGTH", "" + SortedChunks.LENGTH,
            "EACH", "" + keys.dim(2),
            "LARGEST", Kernels.flag(op.largest()));
    return blocks > Integer.MAX_VALUE
        ? Optional.empty()
        : Optional.of(new Launch("sorted_chunks", constants, (int) blocks, 1, SORTING));
  }

  static Optional<Launch> merged(MergedChunks op, Shape keys, Shape x, DType type) {
    int each = keys.dim(2);
    Map<String, String> constants =
        Map.of(
            "T", Kernels.name(type),
            "ROW", "" + x.dim(-1),
            "CHUNKS", "" + keys.dim(1),
            "EACH", "" + each,
            "HALF", "" + Integer.highestOneBit(each),
            "K", "" + op.k(),
            "COUNT", "" + keys.elements());
    return Kernels.perItem("merged_chunks", constants, keys.elements());
  }
}
