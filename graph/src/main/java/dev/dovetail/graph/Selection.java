package dev.dovetail.graph;

import dev.dovetail.core.DType;
import java.util.List;
import java.util.Map;

/** Operators whose results depend on an order or a condition. */
public sealed interface Selection extends Op {

  /**
   * The k largest (or smallest) elements along an axis in order, and their indices (int64). Equal
   * elements are in index order.
   */
  record TopK(int k, int axis, boolean largest) implements Selection {
    @Override
    public String onnxName() {
      return "TopK";
    }

    @Override
    public Map<String, Object> attributes() {
      return Map.of("axis", (long) axis, "largest", largest ? 1L : 0L, "sorted", 1L);
    }

    @Override
    public List<TensorData> trailing() {
      return List.of(TensorData.longs(k));
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      Shape x = in.get(0).shape();
      Op.require(
          x.dim(axis) == Shape.UNKNOWN || k <= x.dim(axis),
          "there are no " + k + " elements along axis " + axis);
      Shape out = x.with(axis, k);
      return List.of(in.get(0).withShape(out), new TensorType(DType.INT64, out));
    }

    @Override
    public boolean float32Only() {
      return true;
    }
  }

  /** The indices of all true elements in row-major order: int64 [rank, n]. */
  record NonZero() implements Selection {
    @Override
    public String onnxName() {
      return "NonZero";
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      return List.of(TensorType.of(DType.INT64, in.get(0).shape().rank(), Shape.UNKNOWN));
    }
  }

  /**
   * Greedy non-maximum suppression: boxes [batch, n, 4] (two corners), scores [batch, classes, n];
   * the result is int64 [m, 3] with batch, class and box. Suppresses boxes with an IoU strictly
   * above {@code iouThreshold}, and keeps only scores strictly above {@code scoreThreshold}.
   */
  record NonMaxSuppression(long maxPerClass, float iouThreshold, float scoreThreshold)
      implements Selection {
    @Override
    public String onnxName() {
      return "NonMaxSuppression";
    }

    @Override
    public List<TensorData> trailing() {
      return List.of(
          TensorData.of(new long[] {maxPerClass}, 1),
          TensorData.of(new float[] {iouThreshold}, 1),
          TensorData.of(new float[] {scoreThreshold}, 1));
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      Op.require(
          in.get(0).shape().rank() == 3 && in.get(0).shape().dim(2) == 4,
          "boxes are not [batch, n, 4]");
      Op.require(in.get(1).shape().rank() == 3, "scores are not [batch, classes, n]");
      return List.of(TensorType.of(DType.INT64, Shape.UNKNOWN, 3));
    }

    @Override
    public boolean float32Only() {
      return true;
    }
  }
}
