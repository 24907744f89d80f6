package dev.dovetail.backbones;

import static dev.dovetail.graph.nn.Attention.multiHead;
import static dev.dovetail.graph.nn.Linear.linear;
import static dev.dovetail.graph.nn.Linear.linearWithoutBias;
import static dev.dovetail.graph.nn.Norms.layerNorm;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import java.util.List;

/**
 * One block of BEiT (Bao et al. 2022): pre-norm, layer scale, attention with a relative position
 * bias. Without a class token it attends inside windows (the Co-DETR branch of ViT-CoMer), with one
 * over the whole grid (its segmentation copy).
 *
 * @param heads heads of the attention
 * @param mlpRatio hidden width of the MLP over the width
 * @param qkvBias whether query and value have a bias ({@code q_bias}, {@code v_bias}; keys never)
 * @param layerScale whether both branches are scaled by learned {@code gamma_1}, {@code gamma_2}
 * @param positions the window and its relative positions
 */
public record BeitBlock(
    int heads, double mlpRatio, boolean qkvBias, boolean layerScale, RelativePositions positions) {

  /** Tokens [batch, tokens, width] to tokens of the same shape. */
  public Tensor apply(Scope s, Features x) {
    Tensor in = x.tokens();
    Tensor normal = layerNorm(s.at("norm1"), in, VitBlock.EPSILON);
    Tensor attended =
        in.plus(scaled(s, "gamma_1", s.in("attn", a -> attention(a, x.with(normal)))));
    Tensor mixed =
        VitBlock.mlp(s.at("mlp"), layerNorm(s.at("norm2"), attended, VitBlock.EPSILON), mlpRatio);
    return attended.plus(scaled(s, "gamma_2", mixed));
  }

  private Tensor scaled(Scope s, String name, Tensor branch) {
    return layerScale
        ? branch.times(s.weight(name, new Init.Constant(1e-6f), branch.dim(-1)))
        : branch;
  }

  private Tensor attention(Scope s, Features x) {
    int width = x.tokens().dim(2);
    if (positions.classToken()) {
      requireWholeGrid(x);
      return linear(s.at("proj"), attend(s, x.tokens()), width);
    }
    // The padding comes before the projection here: padded queries and values are their biases.
    Windows windows = new Windows(x.height(), x.width(), positions.height(), positions.width());
    return linear(s.at("proj"), windows.merge(attend(s, windows.partition(x.tokens()))), width);
  }

  private Tensor attend(Scope s, Tensor x) {
    List<Tensor> qkv = qkv(s, x).split(3, -1);
    return multiHead(qkv.get(0), qkv.get(1), qkv.get(2), positions.bias(s, heads), heads);
  }

  private Tensor qkv(Scope s, Tensor x) {
    return qkvBias
        ? Projections.qkvWithoutKeyBias(s, x)
        : linearWithoutBias(s.at("qkv"), x, 3 * x.dim(2));
  }

  private void requireWholeGrid(Features x) {
    if (x.prefix() != 1 || x.height() != positions.height() || x.width() != positions.width()) {
      throw new IllegalArgumentException(
          "a BEiT block with a class token takes one grid only, "
              + positions.height()
              + "x"
              + positions.width()
              + " after one token, and got "
              + x.height()
              + "x"
              + x.width()
              + " after "
              + x.prefix());
    }
  }
}
