package dev.dovetail.backbones.vit;

import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;

/**
 * The blocks of a transformer with {@link TokenWindows}. Tokens stay in their windows from block to
 * block. For attention over all tokens, the windows of an image are adjacent, so no copy is needed.
 *
 * @param vit the transformer
 */
record WindowedBlocks(VisionTransformer vit) {

  /** Runs blocks {@code from} to {@code to}. */
  Features apply(Scope s, Features x, int from, int to) {
    if (from == to) {
      return x;
    }
    TokenWindows windows = vit.tokenWindows();
    Features inside = windows.partition(x);
    Tensor tokens =
        s.at("blocks")
            .fold(from, to, inside.tokens(), (b, t, i) -> block(i).apply(b, inside.with(t)));
    return windows.reverse(inside.with(tokens), x);
  }

  private TokenLayer block(int index) {
    VitBlock block = vit.plain(index, new AttentionPositions.None(), 0);
    return vit.tokenWindows().global(index)
        ? new VitBlock(
            acrossWindows(block.attention()),
            block.mlp(),
            block.epsilon(),
            block.layerScale(),
            block.dropShare())
        : block;
  }

  /** Attends over all windows of an image. */
  private TokenLayer acrossWindows(TokenLayer attention) {
    return (s, x) -> {
      Tensor windows = x.tokens();
      int images = windows.dim(0) / vit.tokenWindows().count();
      Tensor together = windows.reshape(images, -1, windows.dim(2));
      return attention.apply(s, Features.ofRow(together)).reshape(windows.shape().dims());
    };
  }
}
