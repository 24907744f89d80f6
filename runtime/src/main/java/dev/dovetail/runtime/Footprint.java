package dev.dovetail.runtime;

import dev.dovetail.graph.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Node;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Source;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorType;
import dev.dovetail.graph.onnx.Precision;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The memory that a compiled graph will take, estimated from the graph alone.
 *
 * @param weights bytes of parameters and constants, which every plan holds once
 * @param activations the most bytes of values that are alive at one time of a run
 */
public record Footprint(long weights, long activations) {

  /** ONNX Runtime's arena grows by doubling, so that a run leaves up to this much behind. */
  private static final int ARENA = 2;

  /** Bytes in all, while the plan lives. */
  public long bytes() {
    return weights + ARENA * activations;
  }

  /**
   * The estimate for a graph. An extent that only a run tells counts as much as the largest of the
   * inputs.
   */
  public static Footprint of(Graph graph, Precision precision) {
    return new Estimate(graph, precision).footprint();
  }

  /** One walk over a graph. */
  private static final class Estimate {
    private final Graph graph;
    private final Precision precision;
    private final int unknown;

    Estimate(Graph graph, Precision precision) {
      this.graph = graph;
      this.precision = precision;
      this.unknown =
          graph.inputs().values().stream().mapToInt(t -> largest(t.shape())).max().orElse(1);
    }

    private static int largest(Shape shape) {
      int largest = 1;
      for (int d : shape.dims()) {
        largest = Math.max(largest, d);
      }
      return largest;
    }

    Footprint footprint() {
      Map<Tensor, Node> lastUse = new HashMap<>();
      for (Node node : graph.nodes()) {
        node.inputs().forEach(t -> lastUse.put(t, node));
      }
      Set<Tensor> kept = new HashSet<>(graph.outputs().values());
      long weights = 0;
      long alive = 0;
      long most = 0;
      for (Node node : graph.nodes()) {
        long made = bytes(node.outputs());
        if (node.op() instanceof Source.Weight || node.op() instanceof Source.Constant) {
          weights += made;
          continue;
        }
        alive += made;
        most = Math.max(most, alive);
        for (Tensor in : Set.copyOf(node.inputs())) {
          boolean source =
              in.node().op() instanceof Source.Weight || in.node().op() instanceof Source.Constant;
          if (!source && lastUse.get(in) == node && !kept.contains(in)) {
            alive -= bytes(List.of(in));
          }
        }
      }
      return new Footprint(weights, most);
    }

    private long bytes(List<Tensor> tensors) {
      return tensors.stream().mapToLong(t -> bytes(t.type())).sum();
    }

    private long bytes(TensorType type) {
      boolean half = precision == Precision.FP16 && type.dtype() == DType.FLOAT32;
      long n = half ? DType.FLOAT16.bytes() : type.dtype().bytes();
      for (int d : type.shape().dims()) {
        n *= d == Shape.UNKNOWN ? unknown : d;
      }
      return n;
    }
  }
}
