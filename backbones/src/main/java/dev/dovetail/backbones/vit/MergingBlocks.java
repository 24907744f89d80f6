package dev.dovetail.backbones.vit;

import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import java.util.List;

/**
 * The blocks of a transformer in which each block merges more tokens (Bolya et al. 2023). Tokens
 * stay merged from block to block unless a block needs the grid.
 *
 * @param vit the transformer
 */
record MergingBlocks(VisionTransformer vit) {

  /** Runs blocks {@code from} to {@code to} and unmerges the tokens afterwards. */
  Features apply(Scope s, Features x, int from, int to) {
    List<Integer> counts = vit.merging().schedule().pairs(vit.depth());
    MergedTokens merged =
        s.at("blocks")
            .fold(
                from,
                to,
                MergedTokens.of(x.tokens()),
                (b, in, i) ->
                    vit.merges(i)
                        ? block(b, in, i, counts.get(i), x.prefix())
                        : MergedTokens.of(vit.block(i).apply(b, x.with(in.restored()))));
    s.tap("merged", merged.tokens());
    merged.owners().ifPresent(owners -> s.tap("owners", owners));
    return x.with(merged.restored());
  }

  /** Runs one block, which merges tokens between its attention and its MLP. */
  private MergedTokens block(Scope s, MergedTokens in, int index, int count, int prefix) {
    AttentionPositions positions =
        vit.merging().schedule().proportional() ? in.positions() : new AttentionPositions.None();
    VitBlock block = vit.plain(index, positions, 0);
    SelfAttention attention = new SelfAttention(vit, positions, 0);
    Features x = Features.ofRow(in.tokens());
    SelfAttention.Output out = attention.withMetric(s.at("attn"), block.norm(s.at("norm1"), x));
    Features afterAttention = x.plus(block.branch(s, "gamma1", out.tokens()));
    MergedTokens merged = in.with(afterAttention.tokens()).merge(s, out.metric(), count, prefix);
    merged.sizes().ifPresent(sizes -> s.tap("sizes", sizes));
    Features y = Features.ofRow(merged.tokens());
    Tensor mlp = block.mlp().apply(s.at("mlp"), block.norm(s.at("norm2"), y));
    return merged.with(s.tap("x", y.plus(block.branch(s, "gamma2", mlp)).tokens()));
  }
}
