package dev.dovetail.graph;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Sampling.DeformableAttention;
import dev.dovetail.graph.Sampling.DeformableAttention.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** {@link DeformableAttention} in terms of ONNX operators. */
public final class DeformableLowering {

  private final DeformableAttention op;
  private final List<Tensor> maps;
  private final Tensor locations;
  private final Tensor weights;
  private final int heads;
  private final int queries;

  private DeformableLowering(DeformableAttention op, List<Tensor> operands) {
    this.op = op;
    locations = operands.get(1);
    weights = operands.get(2);
    heads = locations.dim(1);
    queries = locations.dim(2);
    maps = maps(operands.get(0), heads, op.maps());
  }

  /**
   * {@return the values of each map and head, [batch * heads, channels, height, width]}
   *
   * @param values the cells of all maps [batch, cells, width], each map row by row
   * @param heads the number of heads
   * @param maps height and width of each map
   */
  public static List<Tensor> maps(Tensor values, int heads, List<Shape> maps) {
    Tensor channelsFirst = values.permute(0, 2, 1);
    int[] cells = maps.stream().mapToInt(m -> m.dim(0) * m.dim(1)).toArray();
    List<Tensor> flat = cells.length == 1 ? List.of(channelsFirst) : channelsFirst.split(2, cells);
    List<Tensor> all = new ArrayList<>();
    for (int i = 0; i < cells.length; i++) {
      Shape map = maps.get(i);
      int channels = values.dim(2) / heads;
      all.add(flat.get(i).reshape(values.dim(0) * heads, channels, map.dim(0), map.dim(1)));
    }
    return all;
  }

  /**
   * Computes all points of a map together. This uses few operators, but also a sum over the points
   * that is slow on a GPU. A rule of {@link Graph#rewrite}.
   *
   * @param node any node
   * @param operands its operands
   * @return the result; empty for other operators
   */
  public static Optional<Tensor> byMap(Node node, List<Tensor> operands) {
    return node.op() instanceof DeformableAttention op
        ? Optional.of(new DeformableLowering(op, operands).byMap())
        : Optional.empty();
  }

  private Tensor byMap() {
    Tensor at = locations.flatten(0, 1);
    Tensor shares = weights.flatten(0, 1).unsqueeze(1);
    Tensor sum = null;
    int from = 0;
    for (int i = 0; i < maps.size(); i++) {
      int to = from + op.points().get(i);
      boolean whole = maps.size() == 1;
      Tensor samples =
          sample(i, grid(whole ? at : at.slice(2, from, to)))
              .times(whole ? shares : shares.slice(3, from, to))
              .sum(3, false);
      sum = sum == null ? samples : sum.plus(samples);
      from = to;
    }
    return tokens(sum);
  }

  /** Reshapes the queries' values [batch * heads, channels, ...] to [batch, queries, width]. */
  private Tensor tokens(Tensor values) {
    int batch = locations.dim(0);
    return values.reshape(batch, heads * values.dim(1), queries).permute(0, 2, 1);
  }

  /**
   * Returns the points in the range of the sampling operator: -1 to 1, or 0 to 1 for {@link
   * Method#DISCRETE}.
   */
  private Tensor grid(Tensor at) {
    return op.method() == Method.BILINEAR ? float32(() -> at.times(2).minus(1)) : at;
  }

  /** Samples a map at a grid [batch * heads, h, w, 2]: [batch * heads, channels, h, w]. */
  private Tensor sample(int map, Tensor grid) {
    Tensor values = maps.get(map);
    return op.method() == Method.BILINEAR
        ? values.apply(new Sampling.GridSample(), grid)
        : values(values, float32(() -> cells(values, grid)));
  }

  /** Returns the index of the cell at each point, int64 [batch * heads, h, w]. */
  private static Tensor cells(Tensor map, Tensor at) {
    int height = map.dim(2);
    int width = map.dim(3);
    Tensor x = at.select(3, 0).times(width).plus(0.5).clip(0, width - 1).cast(DType.INT64);
    Tensor y = at.select(3, 1).times(height).plus(0.5).clip(0, height - 1).cast(DType.INT64);
    return y.times(map.constant(TensorData.scalar((long) width))).plus(x);
  }

  private static Tensor values(Tensor map, Tensor cells) {
    int k = map.dim(0);
    int rows = cells.dim(1);
    int columns = cells.dim(2);
    return map.flatten(2, 3)
        .permute(0, 2, 1)
        .gatherNd(1, cells.reshape(k, rows * columns, 1))
        .permute(0, 2, 1)
        .reshape(k, map.dim(1), rows, columns);
  }

  /** Uses float32, since half precision would move a point by a fraction of a cell. */
  private Tensor float32(Supplier<Tensor> body) {
    return locations.node().trace().inFloat32(body);
  }
}
