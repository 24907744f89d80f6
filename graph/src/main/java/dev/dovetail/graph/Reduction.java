package dev.dovetail.graph;

import dev.dovetail.core.DType;
import java.util.List;
import java.util.Map;

/** Operators that reduce axes. */
public sealed interface Reduction extends Op {

  /** The reduction along an axis. */
  enum Kind {
    /** The sum. */
    SUM("ReduceSum"),
    /** The mean. */
    MEAN("ReduceMean"),
    /** The largest element. */
    MAX("ReduceMax"),
    /** The smallest element. */
    MIN("ReduceMin"),
    /** The product. */
    PROD("ReduceProd");

    private final String onnx;

    Kind(String onnx) {
      this.onnx = onnx;
    }
  }

  private static Shape fold(Shape x, int axis, boolean keep) {
    return keep ? x.with(axis, 1) : x.without(axis);
  }

  /**
   * Reduces an axis.
   *
   * @param kind the reduction
   * @param axis the axis
   * @param keep whether the axis is kept with extent 1
   */
  record Reduce(Kind kind, int axis, boolean keep) implements Reduction {
    @Override
    public String onnxName() {
      return kind.onnx;
    }

    @Override
    public Map<String, Object> attributes() {
      return Map.of("keepdims", keep ? 1L : 0L);
    }

    @Override
    public List<TensorData> trailing() {
      return List.of(TensorData.longs(axis));
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      return List.of(in.get(0).withShape(fold(in.get(0).shape(), axis, keep)));
    }
  }

  /** The index of the largest element, the first of several; int64. */
  record ArgMax(int axis, boolean keep) implements Reduction {
    @Override
    public String onnxName() {
      return "ArgMax";
    }

    @Override
    public Map<String, Object> attributes() {
      return Map.of("axis", (long) axis, "keepdims", keep ? 1L : 0L);
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      return List.of(new TensorType(DType.INT64, fold(in.get(0).shape(), axis, keep)));
    }
  }

  /** Cumulative sums along an axis. */
  record CumSum(int axis) implements Reduction {
    @Override
    public String onnxName() {
      return "CumSum";
    }

    @Override
    public List<TensorData> trailing() {
      return List.of(TensorData.scalar((long) axis));
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      in.get(0).shape().axis(axis);
      return List.of(in.get(0));
    }
  }
}
