package dev.dovetail.adapters.interaction;

import static dev.dovetail.graph.nn.Norms.layerNorm;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.nn.TokenPyramid;

/** The layer norm of the interactions, over each token of all levels; epsilon 1e-6. */
public final class TokenNorm {

  private static final double EPSILON = 1e-6;

  private TokenNorm() {}

  /**
   * {@return the normalised tokens}
   *
   * @param s where its parameters are
   * @param x tokens of any levels
   */
  public static TokenPyramid norm(Scope s, TokenPyramid x) {
    return x.with(layerNorm(s, x.tokens(), EPSILON));
  }
}
