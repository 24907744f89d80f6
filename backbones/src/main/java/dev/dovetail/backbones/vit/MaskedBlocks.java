package dev.dovetail.backbones.vit;

import static dev.dovetail.backbones.vit.VisionTransformer.require;

import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;

/**
 * The blocks of a transformer with masked attention, for example EoMT, where a query attends only
 * to the tokens in its mask.
 *
 * @param vit the transformer
 */
public record MaskedBlocks(VisionTransformer vit) {

  /**
   * @param vit the transformer
   * @throws IllegalArgumentException if the transformer merges tokens or attends in windows
   */
  public MaskedBlocks {
    require(
        vit.merging().mode() == TokenMerging.Mode.NONE
            && !vit.tokenWindows().there()
            && vit.block().windows().stream().allMatch(w -> w == 0),
        "attention masks require attention over all tokens, without merging and windows");
  }

  /**
   * Runs blocks {@code from} (inclusive) to {@code to} (exclusive).
   *
   * @param s the scope of the backbone
   * @param x the tokens
   * @param from the first block, counted from 0
   * @param to the block after the last
   * @param mask the bias of the attention logits [batch or 1, heads or 1, tokens, tokens]: minus
   *     infinity where a token must not attend to another one, otherwise 0
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
