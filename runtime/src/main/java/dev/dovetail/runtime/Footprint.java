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
 * The estimated memory of a compiled graph.
 *
 * @param weights the size of all parameters and constants in bytes; each plan holds them once
 * @param activations the peak size of live values in a run, in bytes
 */
public record Footprint(long weights, long activations) {

  /**
   * The number of bytes that a run allocates for each byte of live values. The arena grows by
   * doubling, and kernels need scratch memory.
   */
  private static final int ARENA = 3;

  private static final int DETECTIONS = 100;

  /** {@return the total memory of the plan in bytes} */
  public long bytes() {
    return weights + ARENA * activations;
  }

  /**
   * {@return the estimate for a graph} A first dimension that is only known at run time is a number
   * of detections and counts as {@value #DETECTIONS}. Other such dimensions are sizes of original
   * images and count as the largest dimension of the inputs.
   *
   * @param graph the graph of a plan
   * @param precision the type of its floating-point values
   */
  public static Footprint of(Graph graph, Precision precision) {
    return new Estimate(graph.rewrite(DeformableLowering::byMap), precision).footprint();
  }

  /** A traversal of a graph. */
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
