package dev.dovetail.adapters.vitcomer;

import dev.dovetail.adapters.interaction.ConvFfn;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.nn.TokenPyramid;

/**
 * One of the blocks that follow the last interaction of ViT-CoMer ({@code extra_CTIs}; in the code,
 * not in the paper's figure): a feed-forward layer, then a {@link CtiToC}. The transformer's tokens
 * are added to the level at stride 16 before each.
 *
 * @param cti how the levels attend to each other; its feed-forward layer has as many channels as
 *     the one before it
 */
public record ExtraCti(CtiToC cti) {

  /**
   * The new tokens of the convolutional branch.
   *
   * @param s where its parameters are
   * @param c levels at strides 8, 16 and 32
   * @return the same levels
   */
  public TokenPyramid apply(Scope s, TokenPyramid c) {
    return c.with(s.run(() -> cti.apply(s, ConvFfn.residual(s, c, cti.ffnHidden())).tokens()));
  }
}
