package dev.dovetail.graph.nn;

import dev.dovetail.graph.Product;
import dev.dovetail.graph.Tensor;

/** Scaled dot-product attention (Vaswani et al. 2017, section 3.2). */
public final class Attention {

  private Attention() {}

  /**
   * Computes attention with the usual scale, one over the square root of a head's width.
   *
   * @param q [batch, n, width]
   * @param k [batch, m, width]
   * @param v [batch, m, width]
   * @param heads number of heads, a divisor of width
   * @return [batch, n, width]
   */
  public static Tensor multiHead(Tensor q, Tensor k, Tensor v, int heads) {
    return q.apply(new Product.Attention(heads, scale(q, heads)), k, v);
  }

  /**
   * Computes attention with a bias, which is added to the scaled products before the softmax.
   *
   * @param q [batch, n, width]
   * @param k [batch, m, width]
   * @param v [batch, m, width]
   * @param bias [batch or 1, heads or 1, n or 1, m]
   * @param heads number of heads, a divisor of width
   * @return [batch, n, width]
   */
  public static Tensor multiHead(Tensor q, Tensor k, Tensor v, Tensor bias, int heads) {
    // Fused kernels broadcast a bias over images and heads, but not over queries.
    Tensor rows = bias.expand(bias.dim(0), bias.dim(1), q.dim(1), k.dim(1));
    return q.apply(new Product.Attention(heads, scale(q, heads)), k, v, rows);
  }

  private static double scale(Tensor q, int heads) {
    return Math.pow((double) q.dim(-1) / heads, -0.5);
  }
}
