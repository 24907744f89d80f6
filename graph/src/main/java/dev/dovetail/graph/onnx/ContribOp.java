package dev.dovetail.graph.onnx;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Op;
import dev.dovetail.graph.OrtOp;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.TensorType;
import java.util.List;
import java.util.Map;

/** Operators that {@link CudaFusions} inserts. */
sealed interface ContribOp extends OrtOp {

  /**
   * A residual sum and the layer norm after it. Operands: x [n, rows, width] or [rows, width]; skip
   * of the same shape, or [1, rows, width]; weight and shift of the norm [width]; the bias of the
   * sum [width], if {@code bias}. Results: the sum; the norm.
   *
   * @param bias whether the sum has a bias
   * @param epsilon the epsilon of the norm
   */
  record SkipLayerNormalization(boolean bias, double epsilon) implements ContribOp {
    @Override
    public String onnxName() {
      return "SkipLayerNormalization";
    }

    @Override
    public Map<String, Object> attributes() {
      return Map.of("epsilon", (float) epsilon);
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      Op.require(in.size() == (bias ? 5 : 4), in.size() + " operands");
      Shape x = in.get(0).shape();
      Shape skip = in.get(1).shape();
      Op.require(x.rank() == 2 || x.rank() == 3, "needs x [n, rows, width] or [rows, width]");
      Op.require(
          skip.equals(x) || x.rank() == 3 && skip.equals(x.with(0, 1)),
          "the shape of the skip connection is not that of x");
      Shape vector = Shape.of(x.dim(-1));
      Op.require(
          in.subList(2, in.size()).stream().allMatch(t -> t.shape().equals(vector)),
          "the width of a weight, a shift or a bias is not that of x");
      return List.of(in.get(0), in.get(0));
    }
  }

  /** GELU after a bias. Operands: x [..., width]; the bias [width]. */
  record BiasGelu() implements ContribOp {
    @Override
    public String onnxName() {
      return "BiasGelu";
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      Op.require(in.size() == 2, in.size() + " operands");
      Shape x = in.get(0).shape();
      Op.require(
          in.get(1).shape().equals(Shape.of(x.dim(-1))), "the width of the bias is not that of x");
      return List.of(in.get(0));
    }
  }

  /**
   * Rotates pairs of channels. Operands: x [batch, tokens, width]; the position of the first token,
   * int64 [1]; the cosines and the sines [tokens, width / heads / 2] each.
   *
   * @param heads number of equal parts of the channels that are rotated alike
   * @param adjacent whether the channels of a pair are adjacent
   */
  record RotaryEmbedding(int heads, boolean adjacent) implements ContribOp {
    @Override
    public String onnxName() {
      return "RotaryEmbedding";
    }

    @Override
    public Map<String, Object> attributes() {
      return Map.of("num_heads", (long) heads, "interleaved", adjacent ? 1L : 0L);
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      Op.require(in.size() == 4, in.size() + " operands");
      Shape x = in.get(0).shape();
      Op.require(x.rank() == 3 && x.dim(2) % (2 * heads) == 0, "needs x [batch, tokens, width]");
      Op.require(in.get(1).equals(TensorType.of(DType.INT64, 1)), "the position is not int64 [1]");
      for (TensorType table : in.subList(2, 4)) {
        Op.require(
            table.shape().equals(Shape.of(x.dim(1), x.dim(2) / heads / 2)),
            "the shape of a table is not [tokens, pairs]");
      }
      return List.of(in.get(0));
    }
  }

  /**
   * The largest of the planes of maps [batch, 1, planes, height, width]: its value, and its
   * position in the operand if the axis of the planes were the last axis of each map; int64 [batch,
   * 1, 1, height, width] each.
   *
   * @param planes number of planes
   */
  record MaxPool(int planes) implements ContribOp {
    @Override
    public String onnxName() {
      return "MaxPool";
    }

    @Override
    public String domain() {
      return "";
    }

    @Override
    public Map<String, Object> attributes() {
      long[] plane = {planes, 1, 1};
      return Map.of("kernel_shape", plane, "strides", plane, "storage_order", 1L);
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      Shape x = in.get(0).shape();
      Op.require(
          x.rank() == 5 && x.dim(1) == 1 && x.dim(2) == planes,
          "needs maps [batch, 1, " + planes + ", height, width]");
      Shape y = x.with(2, 1);
      return List.of(new TensorType(in.get(0).dtype(), y), new TensorType(DType.INT64, y));
    }
  }
}
