package dev.dovetail.graph;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * Operators in terms of others, for readers that have no kernel of their own for them or want
 * another precision. What is made keeps the scope of the node that it stands for, and float32 where
 * that asks for it.
 */
public final class Lowering {

  private Lowering() {}

  /**
   * The attention of {@code node} as products and a softmax.
   *
   * @param node a node whose operator is {@link Product.Attention}
   */
  public static Tensor attention(Node node) {
    Product.Attention op = (Product.Attention) node.op();
    return inPlaceOf(node, () -> attention(op, node.inputs()));
  }

  private static Tensor attention(Product.Attention op, List<Tensor> in) {
    Tensor q = heads(in.get(0), op.heads()).transpose(0, 2, 1, 3).times(op.scale());
    Tensor k = heads(in.get(1), op.heads()).transpose(0, 2, 3, 1);
    Tensor v = heads(in.get(2), op.heads()).transpose(0, 2, 1, 3);
    Tensor products = q.matmul(k);
    Tensor biased = in.size() > 3 ? products.plus(in.get(3)) : products;
    return biased.softmax(-1).matmul(v).transpose(0, 2, 1, 3).flatten(2, 3);
  }

  /** [batch, tokens, width] as [batch, tokens, heads, width / heads]. */
  private static Tensor heads(Tensor x, int heads) {
    return x.reshape(x.dim(0), x.dim(1), heads, x.dim(2) / heads);
  }

  /**
   * The batch norm of {@code node} as one product and one sum, whose factors depend on parameters
   * alone.
   *
   * @param node a node whose operator is {@link Normalization.BatchNorm}
   */
  public static Tensor batchNorm(Node node) {
    return inPlaceOf(
        node,
        () -> {
          Tensor x = node.inputs().get(0);
          Tensor factor = factor(node);
          int[] alongChannels = new int[x.rank() - 1];
          Arrays.fill(alongChannels, 1);
          alongChannels[0] = x.dim(1);
          return x.times(factor.reshape(alongChannels))
              .plus(shift(node, factor).reshape(alongChannels));
        });
  }

  /**
   * A convolution and the batch norm after it as one convolution, whose weight and bias depend on
   * parameters alone.
   *
   * @param node a node whose operator is {@link Normalization.BatchNorm} and whose operand is made
   *     by a {@link Convolution.Conv}
   */
  public static Tensor convolutionWithBatchNorm(Node node) {
    return inPlaceOf(
        node,
        () -> {
          Node conv = node.inputs().get(0).node();
          Tensor weight = conv.inputs().get(1);
          Tensor factor = factor(node);
          Tensor shift = shift(node, factor);
          Tensor bias =
              conv.inputs().size() > 2 ? conv.inputs().get(2).times(factor).plus(shift) : shift;
          Tensor scaled = weight.times(factor.reshape(weight.dim(0), 1, 1, 1));
          return conv.inputs().get(0).apply(conv.op(), scaled, bias);
        });
  }

  /** What a batch norm multiplies each channel by: weight / √(variance + ε). */
  private static Tensor factor(Node batchNorm) {
    float epsilon = ((Normalization.BatchNorm) batchNorm.op()).epsilon();
    Tensor variance = batchNorm.inputs().get(4);
    return batchNorm.inputs().get(1).div(variance.plus(epsilon).sqrt());
  }

  /** What a batch norm adds to each channel after that: bias - mean · factor. */
  private static Tensor shift(Node batchNorm, Tensor factor) {
    return batchNorm.inputs().get(2).minus(batchNorm.inputs().get(3).times(factor));
  }

  private static Tensor inPlaceOf(Node node, Supplier<Tensor> body) {
    Trace trace = node.trace();
    synchronized (trace) { // a graph may be written by two threads, a trace is not made for that
      return trace.within(node.scope(), () -> node.float32() ? trace.inFloat32(body) : body.get());
    }
  }
}
