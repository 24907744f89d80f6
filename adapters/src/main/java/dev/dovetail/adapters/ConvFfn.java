package dev.dovetail.adapters;

import static dev.dovetail.adapters.VitComer.EPSILON;
import static dev.dovetail.graph.nn.Linear.linear;
import static dev.dovetail.graph.nn.Norms.layerNorm;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Conv2d;
import java.util.List;

/**
 * A feed-forward layer with a depthwise 3x3 convolution in between, one kernel for all levels (Chen
 * et al. 2023, section 3.4; {@code ffn}).
 *
 * @param hidden channels between the two linear layers
 */
public record ConvFfn(int hidden) {

  /**
   * @param hidden channels between the two linear layers
   * @throws IllegalArgumentException if {@code hidden} is not positive
   */
  public ConvFfn {
    if (hidden < 1) {
      throw new IllegalArgumentException("a feed-forward layer needs positive hidden channels");
    }
  }

  /**
   * Tokens [batch, tokens, width] to tokens of the same shape; no residual.
   *
   * @param s where its parameters are
   * @param c levels at strides 8, 16 and 32
   * @return [batch, tokens, width]
   */
  public Tensor apply(Scope s, TokenPyramid c) {
    Conv2d shared = Conv2d.depthwise(hidden, 3);
    List<Tensor> maps =
        c.with(linear(s.at("fc1"), c.tokens(), hidden)).maps().stream()
            .map(map -> shared.apply(s.at("dwconv.dwconv"), map))
            .toList();
    return linear(s.at("fc2"), TokenPyramid.ofMaps(maps).tokens().gelu(), c.tokens().dim(2));
  }

  /** {@code c + ffn(ffn_norm(c))}, or c if {@code hidden} is 0. */
  static Tensor residual(Scope s, TokenPyramid c, int hidden) {
    if (hidden == 0) {
      return c.tokens();
    }
    TokenPyramid normal = c.with(layerNorm(s.at("ffn_norm"), c.tokens(), EPSILON));
    return c.tokens().plus(s.dropPath(s.in("ffn", f -> new ConvFfn(hidden).apply(f, normal))));
  }
}
