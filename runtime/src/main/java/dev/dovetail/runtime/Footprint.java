package dev.dovetail.runtime;

import dev.dovetail.core.DType;
import dev.dovetail.graph.DeformableLowering;
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

  /**
   * What a run leaves behind for each byte alive: the arena doubles, kernels want scratch memory.
   */
  private static final int ARENA = 3;

  private static final int DETECTIONS = 100;

  /** {@return bytes in all, while the plan lives} */
  public long bytes() {
    return weights + ARENA * activations;
  }

  /**
   * {@return the estimate for a graph} What only a run tells counts as {@value #DETECTIONS} where
   * it is the first extent, a number of detections, and as the largest extent of the inputs where
   * it is another, the size of an original image.
   *
   * @param graph the graph of a plan
   * @param precision the type of its floating point values
   */
  public static Footprint of(Graph graph, Precision precision) {
    return new Estimate(graph.rewrite(DeformableLowering::byMap), precision).footprint();
  }

  /** One walk over a graph. */
  private static final class Estimate {
    private final Graph graph;
    private final Precision precision;
    private final int largestInput;

    Estimate(Graph graph, Precision precision) {
      this.graph = graph;
      this.precision = precision;
      this.largestInput =
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
      for (int i = 0; i < type.shape().rank(); i++) {
        int d = type.shape().dim(i);
        n *= d != Shape.UNKNOWN ? d : i == 0 ? DETECTIONS : largestInput;
      }
      return n;
    }
  }
}
