package dev.dovetail.backbones.vit;

import static dev.dovetail.graph.nn.Attention.multiHead;
import static dev.dovetail.graph.nn.Linear.linear;
import static dev.dovetail.graph.nn.Linear.linearWithoutBias;
import static dev.dovetail.graph.nn.Norms.layerNorm;

import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Extent;
import dev.dovetail.graph.nn.Projections;
import dev.dovetail.graph.nn.Windows;
import java.util.List;

/**
 * The self-attention of one block of a plain vision transformer, over the whole grid or inside
 * windows (Li et al. 2022).
 *
 * @param vit the transformer
 * @param positions the position encoding
 * @param window rows and columns of a window; 0 for the whole grid
 */
record SelfAttention(VisionTransformer vit, AttentionPositions positions, int window)
    implements TokenLayer {

  /**
   * The output of the attention and the metric that token merging compares.
   *
   * @param tokens [batch, tokens, width]
   * @param metric [batch, tokens, channels of a head], the mean of the heads' keys
   */
  record Output(Tensor tokens, Tensor metric) {}

  /** Queries, keys and values, each [batch, tokens, width]. */
  private record Qkv(Tensor q, Tensor k, Tensor v) {}

  @Override
  public Tensor apply(Scope s, Features x) {
    return s.run(
        () ->
            window == 0 ? project(s, attend(s, x.with(qkv(s, x.tokens())))) : insideWindows(s, x));
  }

  /** Attends over the whole grid and also returns the mean of the heads' keys. */
  Output withMetric(Scope s, Features x) {
    return s.run(
        () -> {
          Qkv qkv = split(s, x.with(qkv(s, x.tokens())));
          Tensor out = s.tap("", project(s, attend(s, qkv, x)));
          int channels = vit.width() / vit.heads();
          Tensor heads = qkv.k().reshape(x.tokens().dim(0), -1, vit.heads(), channels);
          return new Output(out, s.tap("metric", heads.mean(2, false)));
        });
  }

  private Tensor insideWindows(Scope s, Features x) {
    if (x.prefix() > 0) {
      throw new IllegalArgumentException(
          "windowed attention does not support class or register tokens, but there are "
              + x.prefix()
              + "; set embedding.classToken to false and embedding.registers to 0, or"
              + " windows to 0");
    }
    // Padding is not masked. With padding after the projection, its keys and values are exact zeros
    // without a bias, but still take part in the softmax, as in the reference.
    // BEiT, ViTDet and SAM compute the whole attention inside padded windows.
    Windows windows = new Windows(new Extent(x.height(), x.width()), new Extent(window, window));
    if (vit.attention().padInput()) {
      Tensor inside = qkv(s, windows.partition(x.tokens()));
      return windows.reverse(s.tap("windows", project(s, attend(s, cells(x, inside)))));
    }
    Tensor inside = windows.partition(qkv(s, x.tokens()));
    return project(s, windows.reverse(attend(s, cells(x, inside))));
  }

  /** Attends inside windows. */
  private Features cells(Features x, Tensor inside) {
    return new Features(inside, window, window, 0, x.stride());
  }

  /** Projects to concatenated queries, keys and values, [batch, tokens, 3 * width]. */
  private Tensor qkv(Scope s, Tensor x) {
    int width = vit.width();
    if (!vit.block().qkvBias()) {
      return linearWithoutBias(s.at("qkv"), x, 3 * width);
    }
    return vit.block().keyBias()
        ? linear(s.at("qkv"), x, 3 * width)
        : Projections.qkvWithoutKeyBias(s, x);
  }

  private Tensor attend(Scope s, Features qkv) {
    return attend(s, split(s, qkv), qkv);
  }

  private Tensor attend(Scope s, Qkv qkv, Features places) {
    int heads = vit.heads();
    return positions
        .bias(s, qkv.q(), heads, places)
        .map(bias -> multiHead(qkv.q(), qkv.k(), qkv.v(), bias, heads))
        .orElseGet(() -> multiHead(qkv.q(), qkv.k(), qkv.v(), heads));
  }

  private Qkv split(Scope s, Features qkv) {
    List<Tensor> parts = qkv.tokens().chunk(3, -1);
    Tensor q = positions.encode(norm(s.at("q_norm"), parts.get(0)), vit.heads(), qkv);
    Tensor k = positions.encode(norm(s.at("k_norm"), parts.get(1)), vit.heads(), qkv);
    return new Qkv(q, k, parts.get(2));
  }

  /** Normalizes the channels of each head if the model does so. */
  private Tensor norm(Scope s, Tensor x) {
    if (!vit.attention().qkNorm()) {
      return x;
    }
    int heads = vit.heads();
    Tensor apart = x.reshape(x.dim(0), x.dim(1), heads, x.dim(2) / heads);
    return layerNorm(s, apart, vit.epsilon()).reshape(x.shape().dims());
  }

  private Tensor project(Scope s, Tensor x) {
    Tensor y = vit.attention().innerNorm() ? layerNorm(s.at("norm"), x, vit.epsilon()) : x;
    return linear(s.at("proj"), y, vit.width());
  }
}
