package dev.dovetail.cuda.kernels;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.TensorType;
import dev.dovetail.graph.fused.MultiLevelRoiAlign;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Launches {@code roi_align.cu}, in which each thread computes every n-th element. The number of
 * regions is unknown before a run, so the grid is large enough for any GPU.
 */
final class RoiAlignKernel {

  private static final int BLOCKS = 4096;

  /** The maximum number of levels, for which the kernel has parameters. */
  private static final int MOST_LEVELS = 5;

  private RoiAlignKernel() {}

  static Optional<Launch> of(MultiLevelRoiAlign op, List<TensorType> operands, DType type) {
    int levels = op.scales().size();
    List<Shape> maps = operands.subList(0, levels).stream().map(TensorType::shape).toList();
    if (levels > MOST_LEVELS
        || !maps.stream().allMatch(Shape::isStatic)
        || maps.stream().anyMatch(map -> (long) map.dim(2) * map.dim(3) > Integer.MAX_VALUE)) {
      return Optional.empty();
    }
    Map<String, String> c = new HashMap<>();
    c.put("T", Kernels.name(type));
    c.put("BLOCKS", "" + BLOCKS);
    c.put("LEVELS", "" + levels);
    c.put("MAPS", list(IntStream.range(0, levels).boxed().toList(), i -> "map" + i));
    c.put("BATCH", "" + maps.get(0).dim(0));
    c.put("CHANNELS", "" + maps.get(0).dim(1));
    c.put("HEIGHTS", list(maps, map -> "" + map.dim(2)));
    c.put("WIDTHS", list(maps, map -> "" + map.dim(3)));
    c.put("SCALES", list(op.scales(), scale -> scale + "f"));
    c.put("SIZE", "" + op.size());
    c.put("ALIGNED", Kernels.flag(op.aligned()));
    c.put("SAMPLES", "" + op.samples());
    return Optional.of(new Launch("roi_align", c, BLOCKS, 1, Kernels.BLOCK));
  }

  private static <E> String list(List<E> values, Function<E, String> text) {
    return values.stream().map(text).collect(Collectors.joining(", "));
  }
}
