package dev.dovetail.backbones.segformer;

import static dev.dovetail.graph.nn.Linear.linear;
import static dev.dovetail.graph.nn.Norms.layerNorm;

import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Attention;
import dev.dovetail.graph.nn.Conv2d;
import java.util.List;

/**
 * A block of the Mix Transformer (Xie et al. 2021, equations 1 to 3).
 *
 * @param heads heads of the attention
 * @param reduction extent of the cells whose keys and values are made one, 1 for none
 * @param mlpRatio hidden width of the MLP over the width
 * @param epsilon of the norms before the branches
 * @param reductionEpsilon of the norm of reduced tokens
 */
record MixBlock(int heads, int reduction, int mlpRatio, double epsilon, double reductionEpsilon) {

  /** Tokens [batch, tokens, width] to tokens of the same shape. */
  Tensor apply(Scope s, Features x) {
    Tensor normal = layerNorm(s.at("norm1"), x.tokens(), epsilon);
    Features y = x.with(x.tokens().plus(s.in("attn", a -> attention(a, x.with(normal)))));
    Tensor mixed = layerNorm(s.at("norm2"), y.tokens(), epsilon);
    return y.tokens().plus(s.in("mlp", m -> mixFfn(m, y.with(mixed))));
  }

  private Tensor attention(Scope s, Features x) {
    int width = x.tokens().dim(2);
    Tensor q = linear(s.at("q"), x.tokens(), width);
    Tensor seen = reduction == 1 ? x.tokens() : reduced(s, x);
    List<Tensor> kv = linear(s.at("kv"), seen, 2 * width).chunk(2, -1);
    return linear(s.at("proj"), Attention.multiHead(q, kv.get(0), kv.get(1), heads), width);
  }

  private Tensor reduced(Scope s, Features x) {
    Conv2d cells = Conv2d.patches(x.tokens().dim(2), reduction);
    Features few = Features.ofMap(cells.apply(s.at("sr"), x.map()), x.stride() * reduction);
    return layerNorm(s.at("norm"), few.tokens(), reductionEpsilon);
  }

  /** An MLP whose 3x3 depthwise convolution tells where a token stands. */
  private Tensor mixFfn(Scope s, Features x) {
    int width = x.tokens().dim(2);
    Features hidden = x.with(linear(s.at("fc1"), x.tokens(), width * mlpRatio));
    Tensor placed =
        Conv2d.depthwise(width * mlpRatio, 3).apply(s.at("dwconv.dwconv"), hidden.map());
    return linear(s.at("fc2"), Features.ofMap(placed.gelu(), x.stride()).tokens(), width);
  }
}
