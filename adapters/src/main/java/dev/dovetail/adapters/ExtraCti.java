package dev.dovetail.adapters;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;

/**
 * One of the blocks that follow the last interaction of ViT-CoMer ({@code extra_CTIs}; in the code,
 * not in the paper's figure): the tokens are added to the level at stride 16, a feed-forward layer,
 * then the levels may attend to each other.
 *
 * @param attention its deformable attention over the three levels
 * @param ffnHidden hidden channels of its feed-forward layers; 0 for none
 * @param interaction whether the levels attend to each other
 */
public record ExtraCti(
    MultiScaleDeformableAttention attention, int ffnHidden, boolean interaction) {

  /**
   * The new tokens of the convolutional branch.
   *
   * @param s where its parameters are
   * @param c levels at strides 8, 16 and 32
   * @param x [batch, tokens, width] on the middle level's grid
   * @return [batch, tokens, width]
   */
  public Tensor apply(Scope s, TokenPyramid c, Tensor x) {
    return mix(s, c.plusAt(1, x));
  }

  /** The same where the tokens have been added. */
  Tensor mix(Scope s, TokenPyramid sum) {
    TokenPyramid mixed = sum.with(ConvFfn.residual(s, sum, ffnHidden));
    if (!interaction) {
      CnnInteraction.leftOut(s, mixed);
      return mixed.tokens();
    }
    return new CnnInteraction(attention, ffnHidden).apply(s, mixed);
  }
}
