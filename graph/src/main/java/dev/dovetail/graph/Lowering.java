package dev.dovetail.graph;

import java.util.List;

/** Compound operators in plain ones, for readers that have no kernel of their own for them. */
public final class Lowering {

  private Lowering() {}

  /**
   * The attention of {@code node} as products and a softmax.
   *
   * @param node a node whose operator is {@link Product.Attention}
   */
  public static Tensor attention(Node node) {
    Product.Attention op = (Product.Attention) node.op();
    return node.trace().within(node.scope(), () -> attention(op, node.inputs()));
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
}
