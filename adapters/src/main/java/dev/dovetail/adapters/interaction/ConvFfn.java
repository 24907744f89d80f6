package dev.dovetail.adapters.interaction;

import static dev.dovetail.adapters.interaction.TokenNorm.norm;
import static dev.dovetail.graph.nn.Linear.linear;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.TokenPyramid;

/**
 * A feed-forward layer with a depthwise 3x3 convolution between its linear layers and one kernel
 * for all levels (Chen et al. 2023, section 3.4; {@code ffn}).
 *
 * @param hidden channels between the two linear layers
 */
public record ConvFfn(int hidden) {

  /**
   * @throws IllegalArgumentException if {@code hidden} is not positive
   */
  public ConvFfn {
    if (hidden < 1) {
      throw new IllegalArgumentException("hidden must be positive in a feed-forward layer");
    }
  }

  /**
   * Maps tokens to the same shape, without a residual connection.
   *
   * @param s the scope of its parameters
   * @param x tokens of any number of levels
   * @return tokens of the same levels
   */
  public TokenPyramid apply(Scope s, TokenPyramid x) {
    Conv2d shared = Conv2d.depthwise(hidden, 3);
    return x.with(
        s.run(
            () -> {
              TokenPyramid in = x.with(linear(s.at("fc1"), x.tokens(), hidden));
              TokenPyramid y = in.eachMap((map, i) -> shared.apply(s.at("dwconv.dwconv"), map));
              return linear(s.at("fc2"), y.tokens().gelu(), x.tokens().dim(2));
            }));
  }

  /**
   * Computes {@code x + ffn(ffn_norm(x))}.
   *
   * @param s the scope that contains {@code ffn_norm} and {@code ffn}
   * @param x tokens of any number of levels
   * @return tokens of the same levels
   */
  public TokenPyramid residual(Scope s, TokenPyramid x) {
    TokenPyramid out = apply(s.at("ffn"), norm(s.at("ffn_norm"), x));
    return x.with(x.tokens().plus(s.dropPath(out.tokens())));
  }

  /**
   * Computes {@code x + ffn(ffn_norm(x))} if there is such a layer.
   *
   * @param s the scope that contains {@code ffn_norm} and {@code ffn}
   * @param x tokens of any number of levels
   * @param hidden channels between the two linear layers; 0 for no layer
   * @return tokens of the same levels; {@code x} if there is no layer
   */
  public static TokenPyramid residual(Scope s, TokenPyramid x, int hidden) {
    return hidden == 0 ? x : new ConvFfn(hidden).residual(s, x);
  }
}
