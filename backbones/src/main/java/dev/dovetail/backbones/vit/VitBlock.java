package dev.dovetail.backbones.vit;

import static dev.dovetail.graph.nn.Norms.channelLayerNorm;
import static dev.dovetail.graph.nn.Norms.layerNorm;

import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.vit.TokenMerging.Mode;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Conv2d;
import java.util.Optional;

/**
 * One pre-norm encoder block (Dosovitskiy et al. 2021, equations 2 and 3), with optional layer
 * scale (Touvron et al. 2021) and a convolutional bottleneck at the end (Li et al. 2022).
 *
 * @param vit whose block it is
 * @param index which of its blocks
 */
public record VitBlock(VisionTransformer vit, int index) {

  /**
   * Tokens [batch, tokens, width] to tokens of the same shape.
   *
   * @param s where its parameters are
   * @param x [batch, tokens, width]
   * @return [batch, tokens, width]
   */
  public Tensor apply(Scope s, Features x) {
    return apply(s, x, Optional.empty());
  }

  /** The same with the bias that all blocks share. */
  Tensor apply(Scope s, Features x, Optional<Tensor> sharedBias) {
    if (vit.merging().mode() == Mode.PER_BLOCK && merges()) {
      return mergedInside(s, x);
    }
    Tensor out = mixed(s, attended(s, x, sharedBias));
    return vit.residualBlocks().contains(index)
        ? s.in("residual", r -> bottleneck(r, x.with(out)))
        : out;
  }

  /** Whether the block attends over the whole grid and needs it for nothing else. */
  boolean merges() {
    return vit.window(index) == 0 && !vit.residualBlocks().contains(index);
  }

  /** The block over tokens that may be merged ones; merges more of them between its halves. */
  MergedTokens apply(Scope s, MergedTokens x, int count, int prefix) {
    Tensor normal = layerNorm(s.at("norm1"), x.tokens(), vit.epsilon());
    Optional<Tensor> sizes = vit.merging().proportional() ? x.sizes() : Optional.empty();
    SelfAttention.Attended found = new SelfAttention(vit, 0).apart(s.at("attn"), normal, sizes);
    MergedTokens y =
        x.with(x.tokens().plus(scaled(s, 1, found.tokens())))
            .merge(s, found.metric(), count, prefix);
    y.sizes().ifPresent(v -> s.tap("sizes", v));
    return y.with(s.tap("x", mixed(s, y.tokens())));
  }

  /** The block with tokens merged for its attention, and for its MLP if that is asked for. */
  private Tensor mergedInside(Scope s, Features x) {
    TokenMerging option = vit.merging();
    TokenSplit split =
        TokenSplit.cells(x.height(), x.width(), option.cellHeight(), option.cellWidth());
    int count = (int) (split.tokens() * option.ratio());
    if (count == 0 || split.targets().isEmpty()) {
      return mixed(s, attended(s, x, Optional.empty()));
    }
    TokenMatching matching =
        TokenMatching.of(s, x.grid(), split, Math.min(count, split.sources().size()), 0);
    SelfAttention attention = new SelfAttention(vit, 0);
    Tensor normal = layerNorm(s.at("norm1"), x.tokens(), vit.epsilon());
    Tensor found =
        MergedTokens.around(
            matching,
            x.with(normal),
            few -> attention.apart(s.at("attn"), s.tap("few", few), Optional.empty()).tokens());
    Features y = x.with(x.tokens().plus(scaled(s, 1, found)));
    if (!option.mlp()) {
      return mixed(s, y.tokens());
    }
    Tensor hidden = layerNorm(s.at("norm2"), y.tokens(), vit.epsilon());
    Tensor told = MergedTokens.around(matching, y.with(hidden), few -> mlp(s, few));
    return y.tokens().plus(scaled(s, 2, told));
  }

  /** The first half: each token looks at the others. */
  private Tensor attended(Scope s, Features x, Optional<Tensor> sharedBias) {
    Tensor normal = layerNorm(s.at("norm1"), x.tokens(), vit.epsilon());
    SelfAttention attention = new SelfAttention(vit, vit.window(index));
    return x.tokens()
        .plus(scaled(s, 1, s.in("attn", a -> attention.apply(a, x.with(normal), sharedBias))));
  }

  /** The second half: each token by itself. */
  private Tensor mixed(Scope s, Tensor x) {
    Tensor normal = layerNorm(s.at("norm2"), x, vit.epsilon());
    return x.plus(scaled(s, 2, mlp(s, normal)));
  }

  private Tensor mlp(Scope s, Tensor x) {
    return vit.mlp().apply(s.at("mlp"), x, vit.hidden(), vit.epsilon());
  }

  private Tensor scaled(Scope s, int branch, Tensor x) {
    Lineage names = vit.lineage();
    return vit.layerScale()
        ? x.times(s.weight(names.scale(branch), names.scaleInit(), vit.width()))
        : x;
  }

  private static Tensor bottleneck(Scope s, Features x) {
    Tensor map = x.map();
    int width = map.dim(1);
    Tensor y = convolution(s, 1, map, width / 2, 1).gelu();
    y = convolution(s, 2, y, width / 2, 3).gelu();
    y = convolution(s, 3, y, width, 1);
    return x.tokens().plus(Features.ofMap(y, x.stride()).tokens());
  }

  private static Tensor convolution(Scope s, int index, Tensor map, int out, int kernel) {
    Tensor y = Conv2d.of(out, kernel).withoutBias().apply(s.at("conv" + index), map);
    return channelLayerNorm(s.at("norm" + index), y, 1e-6);
  }
}
