package dev.dovetail.adapters;

import static dev.dovetail.adapters.VitComer.EPSILON;
import static dev.dovetail.graph.nn.Norms.layerNorm;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;

/**
 * From the convolutional branch to the transformer (Xia et al. 2024, section 3.3; {@code cti_tov}):
 * the three levels attend to each other, are brought to stride 16 and added to the tokens, scaled
 * by a learned {@code gamma}.
 *
 * @param attention its deformable attention over the three levels
 * @param ffn its feed-forward layer
 */
public record CtiToV(MultiScaleDeformableAttention attention, ConvFfn ffn) {

  /**
   * The new tokens of the transformer.
   *
   * @param s where its parameters are
   * @param x [batch, tokens, width] on the middle level's grid
   * @param c levels at strides 8, 16 and 32
   * @return [batch, tokens, width]
   */
  public Tensor apply(Scope s, Tensor x, TokenPyramid c) {
    Tensor mixed = atSize(s, c, c.grids().get(1));
    Tensor gamma = s.weight("gamma", Init.zeros(), x.dim(2));
    return x.plus(mixed.flatten(2, 3).permute(0, 2, 1).times(gamma));
  }

  /** What the levels have after attending to each other, summed as a map of this size. */
  Tensor atSize(Scope s, TokenPyramid c, Grid grid) {
    Tensor query = layerNorm(s.at("query_norm"), c.tokens(), EPSILON);
    Tensor value = layerNorm(s.at("feat_norm"), c.tokens(), EPSILON);
    Tensor attended = s.in("attn", a -> attention.apply(a, c.with(query), c.with(value)));
    Tensor normal = layerNorm(s.at("ffn_norm"), attended, EPSILON);
    Tensor mixed = attended.plus(s.dropPath(s.in("ffn", f -> ffn.apply(f, c.with(normal)))));
    return c.with(mixed).maps().stream().map(grid::resampled).reduce(Tensor::plus).orElseThrow();
  }
}
