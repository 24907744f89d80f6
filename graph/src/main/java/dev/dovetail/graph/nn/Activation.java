package dev.dovetail.graph.nn;

import dev.dovetail.graph.Tensor;
import java.util.function.UnaryOperator;

/** An activation that a config chooses by its name in lower case. */
public enum Activation {
  RELU(Tensor::relu),
  GELU(Tensor::gelu),
  /** GELU by way of tanh. */
  GELU_TANH(Activations::geluTanh),
  SILU(Activations::silu);

  private final UnaryOperator<Tensor> function;

  Activation(UnaryOperator<Tensor> function) {
    this.function = function;
  }

  /**
   * {@return the activation of each value}
   *
   * @param x of any shape
   */
  public Tensor apply(Tensor x) {
    return function.apply(x);
  }
}
