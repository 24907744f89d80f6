package dev.dovetail.backbones.segformer;

import static dev.dovetail.graph.nn.Linear.linear;
import static dev.dovetail.graph.nn.Norms.layerNorm;

import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.segformer.MixTransformer.Epsilons;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Attention;
import dev.dovetail.graph.nn.Conv2d;
import java.util.List;

/**
 * A block of the Mix Transformer (Xie et al. 2021, equations 1 to 3).
 *
 * @param heads heads of the attention
 * @param reduction size of the cells that are reduced to one key and value; 1 for no reduction
 * @param mlpRatio ratio of the hidden width of the MLP to the width
 * @param epsilons epsilons of the norms before the branches and of reduced tokens
 * @param dropShare drop-path rate of the branches as a fraction of the last block's
 */
record MixBlock(int heads, int reduction, int mlpRatio, Epsilons epsilons, double dropShare) {

  /** Maps tokens [batch, tokens, width] to the same shape. */
  Tensor apply(Scope s, Features in) {
    Tensor out = attention(s.at("attn"), norm(s.at("norm1"), in));
    Features x = in.with(in.tokens().plus(s.dropPath(out, dropShare)));
    Tensor mlpOut = mixFfn(s.at("mlp"), norm(s.at("norm2"), x));
    return x.tokens().plus(s.dropPath(mlpOut, dropShare));
  }

  private Features norm(Scope s, Features x) {
    return x.with(layerNorm(s, x.tokens(), epsilons.epsilon()));
  }

  private Tensor attention(Scope s, Features x) {
    int width = x.tokens().dim(2);
    return s.run(
        () -> {
          Tensor q = linear(s.at("q"), x.tokens(), width);
          Tensor source = reduction == 1 ? x.tokens() : reduced(s, x);
          List<Tensor> kv = linear(s.at("kv"), source, 2 * width).chunk(2, -1);
          return linear(s.at("proj"), Attention.multiHead(q, kv.get(0), kv.get(1), heads), width);
        });
  }

  private Tensor reduced(Scope s, Features x) {
    Conv2d cells = Conv2d.patches(x.tokens().dim(2), reduction);
    Features merged = Features.ofMap(cells.apply(s.at("sr"), x.map()), x.stride() * reduction);
    return layerNorm(s.at("norm"), merged.tokens(), epsilons.reductionEpsilon());
  }

  /** An MLP whose 3x3 depthwise convolution encodes the positions. */
  private Tensor mixFfn(Scope s, Features x) {
    int width = x.tokens().dim(2);
    int hidden = width * mlpRatio;
    return s.run(
        () -> {
          Features y = x.with(linear(s.at("fc1"), x.tokens(), hidden));
          Tensor map = Conv2d.depthwise(hidden, 3).apply(s.at("dwconv.dwconv"), y.map()).gelu();
          return linear(s.at("fc2"), Features.ofMap(map, x.stride()).tokens(), width);
        });
  }
}
