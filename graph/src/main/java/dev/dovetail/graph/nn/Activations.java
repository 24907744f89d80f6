package dev.dovetail.graph.nn;

import dev.dovetail.graph.Tensor;

/** Activations that are composed of others. */
public final class Activations {

  private Activations() {}

  /**
   * {@return {@code x · sigmoid(x)} (PyTorch's {@code SiLU}, also called swish)}
   *
   * @param x of any shape
   */
  public static Tensor silu(Tensor x) {
    return x.times(x.sigmoid());
  }

  /**
   * {@return {@code x · min(max(x + 3, 0), 6) / 6} (Howard et al} 2019).
   *
   * @param x of any shape
   */
  public static Tensor hardSwish(Tensor x) {
    return x.times(x.plus(3).clip(0, 6)).div(6);
  }

  /**
   * GELU as its first implementations approximate it, with a hyperbolic tangent.
   *
   * @param x of any shape
   * @return the values
   */
  public static Tensor geluTanh(Tensor x) {
    Tensor inner = x.plus(x.times(x).times(x).times(0.044715)).times(Math.sqrt(2 / Math.PI));
    return x.times(inner.tanh().plus(1)).times(0.5);
  }
}
