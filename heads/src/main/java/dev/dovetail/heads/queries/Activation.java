package dev.dovetail.heads.queries;

import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Activations;
import java.util.function.UnaryOperator;

/** An activation that a config chooses by its name in lower case. */
public enum Activation {
  RELU(Tensor::relu),
  GELU(Tensor::gelu),
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
