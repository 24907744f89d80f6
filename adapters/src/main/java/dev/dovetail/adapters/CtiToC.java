package dev.dovetail.adapters;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;

/**
 * From the transformer to the convolutional branch (Xia et al. 2024, section 3.3; {@code cti_toc}):
 * the tokens are added to the level at stride 16, then the levels may attend to each other.
 *
 * @param attention its deformable attention over the three levels
 * @param ffnHidden hidden channels of its feed-forward layer; 0 for none
 * @param interaction whether the levels attend to each other
 */
public record CtiToC(MultiScaleDeformableAttention attention, int ffnHidden, boolean interaction) {

  /**
   * The new tokens of the convolutional branch.
   *
   * @param s where its parameters are
   * @param c levels at strides 8, 16 and 32
   * @param x [batch, tokens, width] on the middle level's grid
   * @return [batch, tokens, width]
   */
  public Tensor apply(Scope s, TokenPyramid c, Tensor x) {
    TokenPyramid sum = c.plusAt(1, x);
    if (!interaction) {
      CnnInteraction.leftOut(s, sum);
      return sum.tokens();
    }
    return new CnnInteraction(attention, ffnHidden).apply(s, sum);
  }
}
