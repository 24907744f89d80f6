package dev.dovetail.adapters;

import static dev.dovetail.adapters.VitComer.EPSILON;
import static dev.dovetail.graph.nn.Norms.layerNorm;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;

/**
 * From the transformer to the convolutional branch (Chen et al. 2023, equations 2 and 3; {@code
 * extractor}): the three levels attend to the transformer's grid, then a feed-forward layer.
 *
 * @param attention its deformable attention over the grid
 * @param ffnHidden hidden channels of its feed-forward layer; 0 for none
 */
public record Extractor(MultiScaleDeformableAttention attention, int ffnHidden) {

  /**
   * The new tokens of the convolutional branch.
   *
   * @param s where its parameters are
   * @param c levels at strides 8, 16 and 32
   * @param x the grid's tokens at stride 16
   * @return [batch, tokens, width]
   */
  public Tensor apply(Scope s, TokenPyramid c, TokenPyramid x) {
    Tensor query = layerNorm(s.at("query_norm"), c.tokens(), EPSILON);
    Tensor value = layerNorm(s.at("feat_norm"), x.tokens(), EPSILON);
    Tensor attended = s.in("attn", a -> attention.apply(a, c.with(query), x.with(value)));
    return ConvFfn.residual(s, c.with(c.tokens().plus(attended)), ffnHidden);
  }
}
