package dev.dovetail.graph;

import java.util.List;
import java.util.Map;

/** Matrix products. */
public sealed interface Product extends Op {

  /** Batched matrix product with the rules of NumPy, [..., m, k] x [..., k, n]. */
  record MatMul() implements Product {
    @Override
    public String onnxName() {
      return "MatMul";
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      Shape a = in.get(0).shape();
      Shape b = in.get(1).shape();
      Op.require(in.get(0).dtype() == in.get(1).dtype(), "element types differ");
      Op.require(a.rank() >= 2 && b.rank() >= 2, "needs at least two axes in both operands");
      int k = a.dim(-1);
      Op.require(
          k == b.dim(-2) || k == Shape.UNKNOWN || b.dim(-2) == Shape.UNKNOWN,
          "inner extents " + k + " and " + b.dim(-2) + " differ");
      Shape batch = a.without(-1).without(-1).broadcast(b.without(-1).without(-1));
      Shape out = batch.insert(batch.rank(), a.dim(-2)).insert(batch.rank() + 1, b.dim(-1));
      return List.of(in.get(0).withShape(out));
    }

    @Override
    public long macs(List<TensorType> in, List<TensorType> out) {
      return Cost.known(out.get(0).shape()) * Math.max(in.get(0).shape().dim(-1), 1);
    }
  }

  /** {@code x · weightᵀ (+ bias)}: x [n, in], weight [out, in] as PyTorch stores it, bias [out]. */
  record Linear() implements Product {
    @Override
    public String onnxName() {
      return "Gemm";
    }

    @Override
    public Map<String, Object> attributes() {
      return Map.of("transB", 1L);
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      Shape x = in.get(0).shape();
      Shape w = in.get(1).shape();
      Op.require(x.rank() == 2 && w.rank() == 2, "needs x [n, in] and a weight [out, in]");
      Op.require(
          x.dim(1) == w.dim(1),
          "width " + x.dim(1) + " of x is not equal to the weight's " + w.dim(1));
      if (in.size() > 2) {
        Op.require(
            in.get(2).shape().equals(Shape.of(w.dim(0))), "bias does not have the weight's rows");
      }
      return List.of(in.get(0).withShape(Shape.of(x.dim(0), w.dim(0))));
    }

    @Override
    public long macs(List<TensorType> in, List<TensorType> out) {
      return Cost.known(in.get(0).shape()) * in.get(1).shape().dim(0);
    }
  }

  /**
   * Multi-head scaled dot-product attention (Vaswani et al. 2017): query [batch, n, width], key and
   * value [batch, m, width], optional bias [batch or 1, heads or 1, n, m], which is added to the
   * scaled products before the softmax. The result is [batch, n, width] with the heads
   * concatenated.
   *
   * <p>It is a single value in the graph, so that a writer can choose a fused kernel. {@link
   * Lowering} expresses it in basic operators.
   */
  record Attention(int heads, double scale) implements Product, OrtOp {

    /** The index of the bias operand. */
    static final int BIAS = 3;

    @Override
    public String onnxName() {
      return "MultiHeadAttention";
    }

    @Override
    public Map<String, Object> attributes() {
      return Map.of("num_heads", (long) heads, "scale", (float) scale);
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      Shape q = in.get(0).shape();
      Shape k = in.get(1).shape();
      Shape v = in.get(2).shape();
      Op.require(
          q.rank() == 3 && k.rank() == 3 && v.rank() == 3,
          "needs query, key and value [batch, tokens, width]");
      Op.require(q.dim(0) == k.dim(0) && q.dim(2) == k.dim(2), "query and key do not match");
      Op.require(k.dim(0) == v.dim(0) && k.dim(1) == v.dim(1), "key and value do not match");
      Op.require(
          q.dim(2) % heads == 0 && v.dim(2) % heads == 0,
          "width " + q.dim(2) + " is not a multiple of " + heads + " heads");
      if (in.size() > BIAS) {
        Shape expected = Shape.of(q.dim(0), heads, q.dim(1), k.dim(1));
        Op.require(
            in.get(BIAS).shape().broadcast(expected).equals(expected),
            "the bias is not " + expected);
      }
      return List.of(in.get(0).withShape(Shape.of(q.dim(0), q.dim(1), v.dim(2))));
    }

    @Override
    public long macs(List<TensorType> in, List<TensorType> out) {
      Shape q = in.get(0).shape();
      Shape v = in.get(2).shape();
      return (long) q.dim(0) * q.dim(1) * v.dim(1) * (q.dim(2) + v.dim(2));
    }
  }
}
