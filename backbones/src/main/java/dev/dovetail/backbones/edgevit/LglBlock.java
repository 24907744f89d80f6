package dev.dovetail.backbones.edgevit;

import static dev.dovetail.graph.nn.Linear.linear;
import static dev.dovetail.graph.nn.Linear.linearWithoutBias;
import static dev.dovetail.graph.nn.Mlp.mlp;
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
 * attention among one pixel of each cell, and local propagation of the result to the pixels of the
 * cell.
 *
 * @param heads heads of the attention
 * @param mlpRatio ratio of the hidden width of the MLPs to the width
 * @param qkvBias whether query, key and value have a bias
 * @param scale factor of the attention's products; 0 for the inverse square root of a head's width
 * @param sampling rows and columns of a cell; 1 for attention among all pixels without preceding
 *     convolutions
 */
public record LglBlock(int heads, double mlpRatio, boolean qkvBias, double scale, int sampling) {

  private static final double EPSILON = 1e-6;

  /**
   * Applies the block. Taps are {@code LocalAgg}, {@code SelfAttn.attn.sampled}, {@code
   * SelfAttn.attn.LocalProp} and {@code SelfAttn.attn}. Cells at the edge of the map may be
   * incomplete.
   *
   * @param s the scope of its parameters
   * @param x [batch, channels, height, width]
   * @param dropShare drop-path rate of the branches as a fraction of the last block's
   * @return [batch, channels, height, width]
   */
  public Tensor apply(Scope s, Tensor x, double dropShare) {
    Tensor local = sampling == 1 ? x : localAggregation(s.at("LocalAgg"), x, dropShare);
    return selfAttention(s.at("SelfAttn"), local, dropShare);
  }

  private int hidden(int width) {
    return (int) (width * mlpRatio);
  }

  private Tensor localAggregation(Scope s, Tensor in, double dropShare) {
    return s.run(
        () -> {
          Tensor x = in.plus(depthwise(s.at("pos_embed"), in, 3));
          x = x.plus(s.dropPath(convolutions(s, batchNorm(s.at("norm1"), x)), dropShare));
          Tensor mlpOut = convMlp(s.at("mlp"), batchNorm(s.at("norm2"), x));
          return x.plus(s.dropPath(mlpOut, dropShare));
        });
  }

  private static Tensor convolutions(Scope s, Tensor x) {
    int width = x.dim(1);
    Tensor y = Conv2d.of(width, 1).apply(s.at("conv1"), x);
    return Conv2d.of(width, 1).apply(s.at("conv2"), depthwise(s.at("attn"), y, 5));
  }

  private static Tensor depthwise(Scope s, Tensor x, int kernel) {
    return Conv2d.depthwise(x.dim(1), kernel).apply(s, x);
  }

  private Tensor convMlp(Scope s, Tensor x) {
    int width = x.dim(1);
    return s.run(
        () -> {
          Tensor y = Conv2d.of(hidden(width), 1).apply(s.at("fc1"), x).gelu();
          return Conv2d.of(width, 1).apply(s.at("fc2"), y);
        });
  }

  private Tensor selfAttention(Scope s, Tensor in, double dropShare) {
    return s.run(
        () -> {
          Features x = Features.ofMap(in.plus(depthwise(s.at("pos_embed"), in, 3)), 1);
          Tensor out = sparseAttention(s.at("attn"), norm(s.at("norm1"), x).map());
          x = plus(x, s.dropPath(out, dropShare));
          Tensor normed = norm(s.at("norm2"), x).tokens();
          Tensor mlpOut = mlp(s.at("mlp"), normed, hidden(in.dim(1)));
          return plus(x, s.dropPath(mlpOut, dropShare)).map();
        });
  }

  private static Features plus(Features x, Tensor branch) {
    return x.with(x.tokens().plus(branch));
  }

  private static Features norm(Scope s, Features x) {
    return x.with(layerNorm(s, x.tokens(), EPSILON));
  }

  /** Flattens a map to tokens. */
  private Tensor sparseAttention(Scope s, Tensor map) {
    return s.run(
        () -> {
          Features x = Features.ofMap(s.tap("sampled", sampled(map)), sampling);
          List<Tensor> qkv = qkv(s.at("qkv"), x.tokens()).chunk(3, -1);
          Product.Attention attention = new Product.Attention(heads, scale(map.dim(1)));
          Features out = x.with(qkv.get(0).apply(attention, qkv.get(1), qkv.get(2)));
          Tensor tokens = sampling == 1 ? out.tokens() : propagated(s, out, map);
          return linear(s.at("proj"), tokens, map.dim(1));
        });
  }

  /** Selects one pixel of each cell. */
  private Tensor sampled(Tensor map) {
    return sampling == 1
        ? map
        : map.slice(2, 0, map.dim(2), sampling).slice(3, 0, map.dim(3), sampling);
  }

  private Tensor qkv(Scope s, Tensor x) {
    int width = 3 * x.dim(2);
    return qkvBias ? linear(s, x, width) : linearWithoutBias(s, x, width);
  }

  private float scale(int width) {
    return (float) (scale == 0 ? Math.pow((double) width / heads, -0.5) : scale);
  }

  /** Propagates one pixel of each cell to all pixels of a map, as tokens. */
  private Tensor propagated(Scope s, Features x, Tensor map) {
    Tensor cells = s.in("LocalProp", p -> propagate(p, x.map()));
    Tensor inside = cells.slice(2, 0, map.dim(2)).slice(3, 0, map.dim(3));
    return Features.ofMap(channelLayerNorm(s.at("norm"), inside, 1e-5), 1).tokens();
  }

  /**
   * A depthwise transposed convolution whose kernel size equals its stride: each output cell has a
   * single source.
   */
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
