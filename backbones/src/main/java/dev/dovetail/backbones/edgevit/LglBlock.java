package dev.dovetail.backbones.edgevit;

import static dev.dovetail.graph.nn.Linear.linear;
import static dev.dovetail.graph.nn.Linear.linearWithoutBias;
import static dev.dovetail.graph.nn.Norms.batchNorm;
import static dev.dovetail.graph.nn.Norms.channelLayerNorm;
import static dev.dovetail.graph.nn.Norms.layerNorm;

import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Product;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Conv2d;
import java.util.List;

/**
 * EdgeViT's block (Pan et al. 2022, section 3.1): local aggregation by convolutions, global sparse
 * attention among one pixel of every cell, local propagation of what it found to the cell.
 *
 * @param heads heads of the attention
 * @param mlpRatio hidden width of the MLPs over the width
 * @param qkvBias whether query, key and value have a bias
 * @param scale of the attention's products; 0 for one over the root of a head's width
 * @param sampling rows and columns of a cell; 1 attends everywhere, without convolutions before
 */
public record LglBlock(int heads, double mlpRatio, boolean qkvBias, double scale, int sampling) {

  private static final double EPSILON = 1e-6;

  /**
   * A map [batch, channels, height, width] to one of the same shape. Names the values {@code
   * LocalAgg}, {@code SelfAttn.attn.sampled}, {@code SelfAttn.attn.LocalProp} and {@code
   * SelfAttn.attn}. Cells that the map's edge cuts are kept as far as they go.
   *
   * @param s where its parameters are
   * @param x [batch, channels, height, width]
   * @return [batch, channels, height, width]
   */
  public Tensor apply(Scope s, Tensor x) {
    Tensor local = sampling == 1 ? x : s.in("LocalAgg", l -> aggregate(l, x));
    return s.in("SelfAttn", a -> attend(a, local));
  }

  private int hidden(Tensor x) {
    return (int) (x.dim(1) * mlpRatio);
  }

  private Tensor aggregate(Scope s, Tensor x) {
    int width = x.dim(1);
    Tensor placed = x.plus(Conv2d.depthwise(width, 3).apply(s.at("pos_embed"), x));
    Tensor y = Conv2d.of(width, 1).apply(s.at("conv1"), batchNorm(s.at("norm1"), placed));
    y = Conv2d.depthwise(width, 5).apply(s.at("attn"), y);
    Tensor mixed = placed.plus(Conv2d.of(width, 1).apply(s.at("conv2"), y));
    Scope mlp = s.at("mlp");
    Tensor normal = batchNorm(s.at("norm2"), mixed);
    Tensor wide = Conv2d.of(hidden(x), 1).apply(mlp.at("fc1"), normal).gelu();
    return mixed.plus(Conv2d.of(width, 1).apply(mlp.at("fc2"), wide));
  }

  private Tensor attend(Scope s, Tensor x) {
    int width = x.dim(1);
    Tensor placed = x.plus(Conv2d.depthwise(width, 3).apply(s.at("pos_embed"), x));
    Features in = Features.ofMap(placed, 1);
    Features normal = in.with(layerNorm(s.at("norm1"), in.tokens(), EPSILON));
    Tensor t = in.tokens().plus(s.in("attn", a -> sparseAttention(a, normal.map())));
    Scope mlp = s.at("mlp");
    Tensor wide = linear(mlp.at("fc1"), layerNorm(s.at("norm2"), t, EPSILON), hidden(x)).gelu();
    return in.with(t.plus(linear(mlp.at("fc2"), wide, width))).map();
  }

  /** From a map to tokens. */
  private Tensor sparseAttention(Scope s, Tensor map) {
    int width = map.dim(1);
    Tensor seen =
        sampling == 1
            ? map
            : map.slice(2, 0, map.dim(2), sampling).slice(3, 0, map.dim(3), sampling);
    Features sampled = Features.ofMap(s.tap("sampled", seen), sampling);
    Tensor qkv =
        qkvBias
            ? linear(s.at("qkv"), sampled.tokens(), 3 * width)
            : linearWithoutBias(s.at("qkv"), sampled.tokens(), 3 * width);
    List<Tensor> parts = qkv.chunk(3, -1);
    double usual = Math.pow((double) width / heads, -0.5);
    Product.Attention attention =
        new Product.Attention(heads, (float) (scale == 0 ? usual : scale));
    Features found = sampled.with(parts.get(0).apply(attention, parts.get(1), parts.get(2)));
    if (sampling == 1) {
      return linear(s.at("proj"), found.tokens(), width);
    }
    Tensor spread = s.in("LocalProp", p -> propagate(p, found.map()));
    Tensor whole = spread.slice(2, 0, map.dim(2)).slice(3, 0, map.dim(3));
    Tensor normal = channelLayerNorm(s.at("norm"), whole, 1e-5);
    return linear(s.at("proj"), Features.ofMap(normal, 1).tokens(), width);
  }

  /** A depthwise transposed convolution whose kernel is its stride: each cell has one source. */
  private Tensor propagate(Scope s, Tensor x) {
    int width = x.dim(1);
    Init init = new Init.FanIn(sampling * sampling);
    Tensor weight = s.weight("weight", init, width, 1, sampling, sampling);
    Tensor bias = s.weight("bias", init, width);
    return x.reshape(x.dim(0), width, x.dim(2), 1, x.dim(3), 1)
        .times(weight.reshape(width, 1, sampling, 1, sampling))
        .reshape(x.dim(0), width, x.dim(2) * sampling, x.dim(3) * sampling)
        .plus(bias.reshape(width, 1, 1));
  }
}
