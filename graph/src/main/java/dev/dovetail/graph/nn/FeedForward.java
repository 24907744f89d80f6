package dev.dovetail.graph.nn;

import static dev.dovetail.graph.nn.Linear.linear;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;

/**
 * The two linear layers of a transformer layer, {@code fc1} and {@code fc2} in the layer's own
 * scope, and {@code activation_fn} if the activation has a parameter.
 *
 * @param hidden number of channels between them
 */
public record FeedForward(int hidden, Activation activation) {

  private static final Init XAVIER = new Init.XavierUniform();

  /**
   * Applies the layers; no residual.
   *
   * @param s the layer's scope
   * @param x [batch, n, width]
   * @return [batch, n, width]
   */
  public Tensor apply(Scope s, Tensor x) {
    Tensor hiddenOut = linear(s.at("fc1"), x, hidden, XAVIER, Init.zeros());
    Tensor inner = activation.apply(s.at("activation_fn"), hiddenOut);
    return linear(s.at("fc2"), inner, x.dim(-1), XAVIER, Init.zeros());
  }
}
