package dev.dovetail.graph.nn;

import dev.dovetail.graph.Tensor;

/** Activation functions that consist of several operators. */
public final class Activations {

  private Activations() {}

  /**
   * {@return {@code x · sigmoid(x)} (PyTorch's {@code SiLU}, also called swish)}
   *
   * @param x any shape
   */
  public static Tensor silu(Tensor x) {
    return x.times(x.sigmoid());
  }

  /**
   * {@return {@code x · min(max(x + 3, 0), 6) / 6} (hard swish, Howard et al. 2019)}
   *
   * @param x of any shape
   */
  public static Tensor hardSwish(Tensor x) {
    return x.times(x.plus(3).clip(0, 6)).div(6);
  }

  /**
   * Returns the tanh approximation of GELU, as in its first implementations.
   *
   * @param x any shape
   * @return the values
   */
  public static Tensor geluTanh(Tensor x) {
    Tensor inner = x.plus(x.times(x).times(x).times(0.044715)).times(Math.sqrt(2 / Math.PI));
    return x.times(inner.tanh().plus(1)).times(0.5);
  }
}
