package dev.dovetail.graph;

import dev.dovetail.core.DType;
import java.util.List;
import java.util.Map;

/** Operators that gather and scatter by run-time indices, and that return run-time shapes. */
public sealed interface Indexing extends Op {

  private static void requireIndices(TensorType indices) {
    Op.require(
        indices.dtype() == DType.INT64 || indices.dtype() == DType.INT32,
        "indices are " + indices.dtype());
  }

  /** Slices along an axis at the specified indices (NumPy's {@code take}). */
  record Gather(int axis) implements Indexing {
    @Override
    public String onnxName() {
      return "Gather";
    }

    @Override
    public Map<String, Object> attributes() {
      return Map.of("axis", (long) axis);
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      requireIndices(in.get(1));
      Shape x = in.get(0).shape();
      Shape out = x.without(axis);
      int at = x.axis(axis);
      for (int i = in.get(1).shape().rank() - 1; i >= 0; i--) {
        out = out.insert(at, in.get(1).shape().dim(i));
      }
      return List.of(in.get(0).withShape(out));
    }
  }

  /**
   * Slices at index tuples: x [b..., ...], indices [b..., n..., k], with {@code batchDims} shared
   * leading axes.
   */
  record GatherNd(int batchDims) implements Indexing {
    @Override
    public String onnxName() {
      return "GatherND";
    }

    @Override
    public Map<String, Object> attributes() {
      return Map.of("batch_dims", (long) batchDims);
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      Op.require(in.get(1).dtype() == DType.INT64, "indices are not int64");
      Shape x = in.get(0).shape();
      Shape indices = in.get(1).shape();
      int k = indices.dim(-1);
      Op.require(
          k >= 1 && batchDims + k <= x.rank(),
          "index tuples of " + k + " are out of bounds of the shape");
      Shape out = indices.without(-1);
      for (int i = batchDims + k; i < x.rank(); i++) {
        out = out.insert(out.rank(), x.dim(i));
      }
      return List.of(in.get(0).withShape(out));
    }
  }

  /** A copy of x in which the slices at index tuples [n..., k] are replaced by updates. */
  record ScatterNd() implements Indexing {
    @Override
    public String onnxName() {
      return "ScatterND";
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      Op.require(in.get(1).dtype() == DType.INT64, "indices are not int64");
      Op.require(in.get(0).dtype() == in.get(2).dtype(), "element types differ");
      return List.of(in.get(0));
    }
  }

  /**
   * A copy of x [n] to which each update [m] is added at its index [m] (PyTorch's {@code
   * scatter_add}). Several updates may have the same index.
   */
  record ScatterAdd() implements Indexing {
    @Override
    public String onnxName() {
      return "ScatterElements";
    }

    /** ONNX Runtime's CPU provider cannot add in half precision. */
    @Override
    public boolean float32Only() {
      return true;
    }

    @Override
    public Map<String, Object> attributes() {
      return Map.of("axis", 0L, "reduction", "add");
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      requireIndices(in.get(1));
      Op.require(in.get(0).dtype() == in.get(2).dtype(), "element types differ");
      Op.require(
          in.get(0).shape().rank() == 1 && in.get(1).shape().rank() == 1, "expected vectors");
      Op.require(in.get(1).shape().equals(in.get(2).shape()), "expected one update per index");
      return List.of(in.get(0));
    }
  }

  /** The run-time shape as int64 [rank]. */
  record ShapeOf() implements Indexing {
    @Override
    public String onnxName() {
      return "Shape";
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      return List.of(TensorType.of(DType.INT64, in.get(0).shape().rank()));
    }
  }

  /** The numbers 0, 1, … below the operand, an int64 scalar; the result has the shape [?]. */
  record RangeTo() implements Indexing {
    @Override
    public String onnxName() {
      return "Range";
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      Op.require(in.size() == 3, "needs start, limit and step");
      return List.of(TensorType.of(DType.INT64, Shape.UNKNOWN));
    }
  }
}
