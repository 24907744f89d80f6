package dev.dovetail.adapters.interaction;

import static dev.dovetail.graph.nn.Norms.layerNorm;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.nn.TokenPyramid;

/**
 * The layer norm of the interactions, applied to the tokens of all levels, with an epsilon of 1e-6.
 */
public final class TokenNorm {

  private static final double EPSILON = 1e-6;

  private TokenNorm() {}

  /**
   * {@return the normalized tokens}
   *
   * @param s the scope of its parameters
   * @param x tokens of any number of levels
   */
  public static TokenPyramid norm(Scope s, TokenPyramid x) {
    return x.with(layerNorm(s, x.tokens(), EPSILON));
  }
}
