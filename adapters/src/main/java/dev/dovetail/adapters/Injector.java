package dev.dovetail.adapters;

import static dev.dovetail.adapters.VitComer.EPSILON;
import static dev.dovetail.graph.nn.Norms.layerNorm;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;

/**
 * From the convolutional branch to the transformer (Chen et al. 2023, equation 1; {@code
 * injector}): the tokens attend to the three levels, and what they see is added, scaled by a
 * learned {@code gamma}.
 *
 * @param attention its deformable attention over the three levels
 * @param initialGamma what {@code gamma} is before training
 */
public record Injector(MultiScaleDeformableAttention attention, double initialGamma) {

  /**
   * The new tokens of the transformer's grid.
   *
   * @param s where its parameters are
   * @param x the grid's tokens at stride 16
   * @param c levels at strides 8, 16 and 32
   * @return [batch, tokens, width]
   */
  public Tensor apply(Scope s, TokenPyramid x, TokenPyramid c) {
    Tensor query = layerNorm(s.at("query_norm"), x.tokens(), EPSILON);
    Tensor value = layerNorm(s.at("feat_norm"), c.tokens(), EPSILON);
    Tensor attended = s.in("attn", a -> attention.apply(a, x.with(query), c.with(value)));
    Init init = new Init.Constant((float) initialGamma);
    return x.tokens().plus(attended.times(s.weight("gamma", init, attended.dim(2))));
  }
}
