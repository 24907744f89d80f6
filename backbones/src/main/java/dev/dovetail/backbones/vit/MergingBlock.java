package dev.dovetail.backbones.vit;

import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;

/**
 * A block that merges tokens for its attention and optionally for its MLP, and unmerges them
 * afterwards (Bolya and Hoffman 2023).
 *
 * @param block the block without merging
 * @param cells the share of tokens that merge, and the cells
 */
record MergingBlock(VitBlock block, TokenMerging.Cells cells) implements TokenLayer {

  @Override
  public Tensor apply(Scope s, Features x) {
    TokenSplit split =
        TokenSplit.cells(x.height(), x.width(), cells.cellHeight(), cells.cellWidth());
    int count = (int) (split.tokens() * cells.ratio());
    if (count == 0 || split.targets().isEmpty()) {
      return block.apply(s, x);
    }
    TokenMatching matching =
        TokenMatching.of(s, x.grid(), split, Math.min(count, split.sources().size()), 0);
    TokenLayer attention =
        around(matching, (a, merged) -> block.attention().apply(a, tapped(s, "few", merged)));
    TokenLayer mlp = cells.mlp() ? around(matching, block.mlp()) : block.mlp();
    return new VitBlock(attention, mlp, block.epsilon(), block.layerScale(), block.dropShare())
        .apply(s, x);
  }

  private static Features tapped(Scope s, String name, Features x) {
    s.tap(name, x.tokens());
    return x;
  }

  private static TokenLayer around(TokenMatching matching, TokenLayer layer) {
    return (s, x) ->
        MergedTokens.around(matching, x, merged -> layer.apply(s, Features.ofRow(merged)));
  }
}
