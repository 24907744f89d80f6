package dev.dovetail.adapters.interaction;

import static dev.dovetail.adapters.interaction.TokenNorm.norm;
import static dev.dovetail.graph.nn.Linear.linear;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.TokenPyramid;

/**
 * A feed-forward layer with a depthwise 3x3 convolution in between, one kernel for all levels (Chen
 * et al. 2023, section 3.4; {@code ffn}).
 *
 * @param hidden channels between the two linear layers
 */
public record ConvFfn(int hidden) {

  /**
   * @throws IllegalArgumentException if {@code hidden} is not positive
   */
  public ConvFfn {
    if (hidden < 1) {
      throw new IllegalArgumentException("a feed-forward layer needs positive hidden channels");
    }
  }

  /**
   * Tokens to tokens of the same shape; no residual.
   *
   * @param s where its parameters are
   * @param x tokens of any levels
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
   * {@code x + ffn(ffn_norm(x))}.
   *
   * @param s the scope that has {@code ffn_norm} and {@code ffn}
   * @param x tokens of any levels
   * @return tokens of the same levels
   */
  public TokenPyramid residual(Scope s, TokenPyramid x) {
    TokenPyramid out = apply(s.at("ffn"), norm(s.at("ffn_norm"), x));
    return x.with(x.tokens().plus(s.dropPath(out.tokens())));
  }

  /**
   * The same where there may be no layer.
   *
   * @param s the scope that has {@code ffn_norm} and {@code ffn}
   * @param x tokens of any levels
   * @param hidden channels between the two linear layers; 0 for no layer
   * @return tokens of the same levels; {@code x} if there is no layer
   */
  public static TokenPyramid residual(Scope s, TokenPyramid x, int hidden) {
    return hidden == 0 ? x : new ConvFfn(hidden).residual(s, x);
  }
}
