package dev.dovetail.backbones.vit;

import static dev.dovetail.backbones.vit.VisionTransformer.require;

import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;

/**
 * The blocks of a transformer whose tokens do not all look at each other, as those of EoMT, where
 * queries look at their masks only.
 *
 * @param vit whose blocks they are
 */
public record MaskedBlocks(VisionTransformer vit) {

  /**
   * @param vit whose blocks they are
   * @throws IllegalArgumentException if its tokens are merged, or attend in windows
   */
  public MaskedBlocks {
    require(
        vit.merging().mode() == TokenMerging.Mode.NONE
            && !vit.tokenWindows().there()
            && vit.block().windows().stream().allMatch(w -> w == 0),
        "masks are for attention of all tokens, neither merged nor in windows");
  }

  /**
   * Blocks {@code from} to {@code to}.
   *
   * @param s the scope of the backbone
   * @param x the tokens
   * @param from the first block, counted from 0
   * @param to the block after the last
   * @param mask what is added to the logits of attention [batch or 1, heads or 1, tokens, tokens]:
   *     minus infinity where a token does not look at another one, else 0
   * @return the tokens after the last of these blocks
   */
  public Features apply(Scope s, Features x, int from, int to, Tensor mask) {
    AttentionPositions masked = new AttentionPositions.Masked(vit.globalPositions(s, x), mask);
    Tensor tokens =
        s.at("blocks")
            .fold(from, to, x.tokens(), (b, t, i) -> vit.block(i, masked).apply(b, x.with(t)));
    return x.with(tokens);
  }
}
