package dev.dovetail.graph.nn;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Product;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import java.util.Arrays;

/** Fully connected layers: {@code weight [out, in]}, {@code bias [out]}. */
public final class Linear {

  private static final Init WEIGHT = new Init.TruncatedNormal(0.02f);

  private Linear() {}

  /**
   * Applies a linear layer.
   *
   * @param s the scope of its parameters
   * @param x [..., in]
   * @param out the output width
   * @return [..., out]
   */
  public static Tensor linear(Scope s, Tensor x, int out) {
    return linear(s, x, out, WEIGHT, Init.zeros());
  }

  /**
   * Applies a linear layer with explicit initialization.
   *
   * @param s the scope of its parameters
   * @param x [..., in]
   * @param out the output width
   * @param weight initialization of the weight
   * @param bias initialization of the bias
   * @return [..., out]
   */
  public static Tensor linear(Scope s, Tensor x, int out, Init weight, Init bias) {
    return s.run(
        () -> apply(x, s.weight("weight", weight, out, x.dim(-1)), s.weight("bias", bias, out)));
  }

  /**
   * Applies a linear layer without bias.
   *
   * @param s the scope of its parameter
   * @param x [..., in]
   * @param out the output width
   * @return [..., out]
   */
  public static Tensor linearWithoutBias(Scope s, Tensor x, int out) {
    return s.run(() -> apply(x, s.weight("weight", WEIGHT, out, x.dim(-1))));
  }

  /**
   * Computes {@code x · weightᵀ + bias} over the last axis.
   *
   * @param x [..., in]
   * @param weight [out, in]
   * @param bias [out], or empty
   * @return [..., out]
   */
  public static Tensor apply(Tensor x, Tensor weight, Tensor... bias) {
    Tensor[] operands = new Tensor[1 + bias.length];
    operands[0] = weight;
    System.arraycopy(bias, 0, operands, 1, bias.length);
    if (x.rank() == 2) {
      return x.apply(new Product.Linear(), operands);
    }
    int[] dims = x.shape().dims();
    Tensor rows = x.flatten(0, -2).apply(new Product.Linear(), operands);
    int[] out = Arrays.copyOf(dims, dims.length);
    out[dims.length - 1] = weight.dim(0);
    return rows.reshape(out);
  }
}
