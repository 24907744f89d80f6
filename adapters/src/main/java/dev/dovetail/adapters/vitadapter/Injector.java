package dev.dovetail.adapters.vitadapter;

import static dev.dovetail.adapters.interaction.TokenNorm.norm;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.MultiScaleDeformableAttention;
import dev.dovetail.graph.nn.TokenPyramid;

/**
 * The exchange from the convolutional branch to the transformer (Chen et al. 2023, equation 1;
 * {@code injector}): the tokens attend to the three levels, and the result, scaled by a learned
 * {@code gamma}, is added to them.
 *
 * @param attention the deformable attention over the three levels
 * @param initialGamma initial value of {@code gamma}
 */
public record Injector(MultiScaleDeformableAttention attention, double initialGamma) {

  /**
   * Computes the new tokens of the transformer's grid.
   *
   * @param s the scope of its parameters
   * @param x tokens of the grid at stride 16
   * @param c levels at strides 8, 16 and 32
   * @return tokens of the grid
   */
  public TokenPyramid apply(Scope s, TokenPyramid x, TokenPyramid c) {
    return x.with(
        s.run(
            () -> {
              TokenPyramid query = norm(s.at("query_norm"), x);
              Tensor out = attention.apply(s.at("attn"), query, norm(s.at("feat_norm"), c));
              Init init = new Init.Constant((float) initialGamma);
              return x.tokens().plus(out.times(s.weight("gamma", init, out.dim(2))));
            }));
  }
}
