package dev.dovetail.adapters.vitcomer;

import static dev.dovetail.adapters.interaction.TokenNorm.norm;

import dev.dovetail.adapters.interaction.ConvFfn;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Extent;
import dev.dovetail.graph.nn.MultiScaleDeformableAttention;
import dev.dovetail.graph.nn.TokenPyramid;

/**
 * The exchange from the convolutional branch to the transformer (Xia et al. 2024, section 3.3;
 * {@code cti_tov}): the three levels attend to each other, are resampled to stride 16, scaled by a
 * learned {@code gamma}, and added to the tokens.
 *
 * @param attention the deformable attention over the three levels
 * @param ffnHidden hidden channels of its feed-forward layer
 */
public record CtiToV(MultiScaleDeformableAttention attention, int ffnHidden) {

  /**
   * Computes the new tokens of the transformer.
   *
   * @param s the scope of its parameters
   * @param x [batch, tokens, width] on the middle level's grid
   * @param c levels at strides 8, 16 and 32
   * @return [batch, tokens, width]
   */
  public Tensor apply(Scope s, Tensor x, TokenPyramid c) {
    return s.run(
        () -> {
          Tensor out = atSize(s, c, c.grids().get(1)).flatten(2, 3).permute(0, 2, 1);
          return x.plus(out.times(s.weight("gamma", Init.zeros(), x.dim(2))));
        });
  }

  /** Applies the attention between the levels and sums them as a map of this size. */
  Tensor atSize(Scope s, TokenPyramid c, Extent grid) {
    return s.run(
        () -> {
          TokenPyramid query = norm(s.at("query_norm"), c);
          TokenPyramid value = norm(s.at("feat_norm"), c);
          TokenPyramid y = c.with(attention.apply(s.at("attn"), query, value));
          y = new ConvFfn(ffnHidden).residual(s, y);
          return y.maps().stream().map(grid::resampled).reduce(Tensor::plus).orElseThrow();
        });
  }
}
