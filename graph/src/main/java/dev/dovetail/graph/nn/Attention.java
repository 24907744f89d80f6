package dev.dovetail.graph.nn;

import dev.dovetail.graph.Product;
import dev.dovetail.graph.Tensor;

/** Scaled dot-product attention (Vaswani et al. 2017, section 3.2). */
public final class Attention {

  private Attention() {}

  /**
   * Attention of {@code heads} heads with the usual scale, one over the root of a head's width.
   *
   * @param q [batch, n, width]
   * @param k [batch, m, width]
   * @param v [batch, m, width]
   * @param heads how many, a divisor of width
   * @return [batch, n, width]
   */
  public static Tensor multiHead(Tensor q, Tensor k, Tensor v, int heads) {
    return q.apply(new Product.Attention(heads, scale(q, heads)), k, v);
  }

  /**
   * The same with a bias added to the scaled products before the softmax.
   *
   * @param q [batch, n, width]
   * @param k [batch, m, width]
   * @param v [batch, m, width]
   * @param bias [batch or 1, heads or 1, n or 1, m]
   * @param heads how many, a divisor of width
   * @return [batch, n, width]
   */
  public static Tensor multiHead(Tensor q, Tensor k, Tensor v, Tensor bias, int heads) {
    // Fused kernels repeat a bias for images and heads, and not for queries.
    Tensor rows = bias.expand(bias.dim(0), bias.dim(1), q.dim(1), k.dim(1));
    return q.apply(new Product.Attention(heads, scale(q, heads)), k, v, rows);
  }

  private static double scale(Tensor q, int heads) {
    return Math.pow((double) q.dim(-1) / heads, -0.5);
  }
}
