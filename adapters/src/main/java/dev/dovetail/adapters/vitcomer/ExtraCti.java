package dev.dovetail.adapters.vitcomer;

import dev.dovetail.adapters.interaction.ConvFfn;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.nn.TokenPyramid;

/**
 * A block after the last interaction of ViT-CoMer ({@code extra_CTIs}; present in the code but not
 * in the paper's figure): a feed-forward layer followed by a {@link CtiToC}. The transformer's
 * tokens are added to the level at stride 16 before each block.
 *
 * @param cti the attention between the levels; its feed-forward layer has as many hidden channels
 *     as the first one
 */
public record ExtraCti(CtiToC cti) {

  /**
   * Computes the new tokens of the convolutional branch.
   *
   * @param s the scope of its parameters
   * @param c levels at strides 8, 16 and 32
   * @return the same levels
   */
  public TokenPyramid apply(Scope s, TokenPyramid c) {
    return c.with(s.run(() -> cti.apply(s, ConvFfn.residual(s, c, cti.ffnHidden())).tokens()));
  }
}
