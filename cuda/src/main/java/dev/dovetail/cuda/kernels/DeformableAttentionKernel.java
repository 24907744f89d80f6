package dev.dovetail.cuda.kernels;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.TensorType;
import dev.dovetail.graph.fused.DeformableAttention;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Launches {@code deformable_attention.cu}, with a few threads for each head of each query. */
final class DeformableAttentionKernel {

  /** The maximum number of points, since the loop over points is unrolled. */
  private static final int MOST_POINTS = 128;

  /** The maximum size of the values, since places are 32-bit offsets. */
  private static final long MOST_BYTES = 0xffff_ffffL;

  private static final int WARP = 32;

  /** The measured optimum: 83 us, or 85 us with blocks of 256 threads (docs/internals/cuda.md). */
  private static final int BLOCK = 128;

  private DeformableAttentionKernel() {}

  static Optional<Launch> of(DeformableAttention op, List<TensorType> operands, DType type) {
    Shape value = operands.get(0).shape();
    int queries = operands.get(1).shape().dim(1);
    int channels = value.dim(2) / op.heads();
    int pack = Kernels.pack(channels, type);
    int group = channels / pack;
    long rows = (long) value.dim(0) * queries;
    if (op.total() > MOST_POINTS
        || group > BLOCK
        || rows * op.heads() * op.total() * 2 > Integer.MAX_VALUE
        || value.elements() * type.bytes() > MOST_BYTES) {
      return Optional.empty();
    }
    Map<String, String> c = new HashMap<>();
    c.put("T", Kernels.name(type));
    c.put("V", "" + pack);
    c.put("BATCH", "" + value.dim(0));
    c.put("QUERIES", "" + queries);
    c.put("CELLS", "" + value.dim(1));
    c.put("HEADS", "" + op.heads());
    c.put("CHANNELS", "" + channels);
    c.put("LEVELS", "" + op.grids().size());
    c.put("POINTS", "" + op.total());
    c.put("OFFSETS", Kernels.flag(op.fromOffsets()));
    c.put("BIASES", Kernels.flag(op.biases()));
    c.put("SHARE", "" + Math.min(Integer.lowestOneBit(group), WARP));
    Shape references = op.fromOffsets() ? operands.get(3).shape() : Shape.of(1, 1, 1, 1);
    c.put("REFERENCE_BATCH", "" + references.dim(0));
    c.put("REFERENCE_LEVELS", "" + references.dim(2));
    List<Integer> heights = new ArrayList<>();
    List<Integer> widths = new ArrayList<>();
    List<Integer> starts = new ArrayList<>();
    List<Integer> levels = new ArrayList<>();
    int start = 0;
    for (int l = 0; l < op.grids().size(); l++) {
      DeformableAttention.Grid grid = op.grids().get(l);
      heights.add(grid.height());
      widths.add(grid.width());
      starts.add(start);
      start += grid.height() * grid.width();
      for (int p = 0; p < op.points().get(l); p++) {
        levels.add(l);
      }
    }
    c.put("LEVEL_HEIGHTS", list(heights));
    c.put("LEVEL_WIDTHS", list(widths));
    c.put("LEVEL_STARTS", list(starts));
    c.put("LEVEL_OF_POINT", list(levels));
    int queriesOfBlock = BLOCK / group;
    int blocks = Math.toIntExact((rows + queriesOfBlock - 1) / queriesOfBlock);
    return Optional.of(
        new Launch("deformable_attention", c, blocks, op.heads(), queriesOfBlock * group));
  }

  private static String list(List<Integer> values) {
    return values.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }
}
