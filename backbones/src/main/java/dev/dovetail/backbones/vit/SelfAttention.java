package dev.dovetail.backbones.vit;

import static dev.dovetail.graph.nn.Attention.multiHead;
import static dev.dovetail.graph.nn.Linear.linear;
import static dev.dovetail.graph.nn.Linear.linearWithoutBias;
import static dev.dovetail.graph.nn.Norms.layerNorm;

import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.vit.AttentionOptions.Relative;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Projections;
import dev.dovetail.graph.nn.RelativePositions;
import java.util.List;
import java.util.Optional;

/**
 * The self-attention of one block of a plain vision transformer, over the whole grid or inside
 * windows (Li et al. 2022).
 *
 * @param vit whose block it is
 * @param window rows and columns of a window; 0 for the whole grid
 */
record SelfAttention(VisionTransformer vit, int window) {

  /**
   * What attention gives for tokens [batch, tokens, width], in the same shape.
   *
   * @param sharedBias the bias that all blocks share, if there is one
   */
  Tensor apply(Scope s, Features x, Optional<Tensor> sharedBias) {
    if (window == 0) {
      return projected(s, attend(s, x.with(qkv(s, x.tokens())), sharedBias));
    }
    if (x.prefix() > 0) {
      throw new IllegalArgumentException(
          "windowed attention takes no class or register tokens, and there are "
              + x.prefix()
              + ": set embedding.classToken to false and embedding.registers to 0, or windows to 0");
    }
    // Padding is not masked. Padded after the projection, keys and values are exact zeros without a
    // bias, yet each takes its share of the softmax, as in the reference.
    // BEiT, ViTDet and SAM do all of the attention inside their padded windows.
    Windows windows = new Windows(x.height(), x.width(), window, window);
    if (vit.attention().padInput()) {
      Tensor inside = qkv(s, windows.partition(x.tokens()));
      return windows.merge(s.tap("windows", projected(s, attend(s, cells(x, inside), sharedBias))));
    }
    Tensor inside = windows.partition(qkv(s, x.tokens()));
    return projected(s, windows.merge(attend(s, cells(x, inside), sharedBias)));
  }

  /** Tokens that stand in windows. */
  private Features cells(Features x, Tensor inside) {
    return new Features(inside, window, window, 0, x.stride());
  }

  /**
   * What attention gave.
   *
   * @param tokens [batch, tokens, width]
   * @param metric [batch, tokens, channels of a head], the mean of the heads' keys
   */
  record Attended(Tensor tokens, Tensor metric) {}

  /**
   * Attention over tokens that stand on no grid any more.
   *
   * @param x [batch, tokens, width]
   * @param sizes [batch, tokens, 1], how many tokens each key counts for, if not one
   */
  Attended apart(Scope s, Tensor x, Optional<Tensor> sizes) {
    return s.run(
        () -> {
          int batch = x.dim(0);
          int tokens = x.dim(1);
          int heads = vit.heads();
          List<Tensor> parts = qkv(s, x).chunk(3, -1);
          Tensor q = normal(s.at("q_norm"), parts.get(0));
          Tensor k = normal(s.at("k_norm"), parts.get(1));
          Tensor found =
              sizes
                  .map(n -> n.log().reshape(batch, 1, 1, tokens).expand(batch, 1, tokens, tokens))
                  .map(bias -> multiHead(q, k, parts.get(2), bias, heads))
                  .orElseGet(() -> multiHead(q, k, parts.get(2), heads));
          Tensor metric = k.reshape(batch, tokens, heads, vit.width() / heads).mean(2, false);
          return new Attended(s.tap("", projected(s, found)), s.tap("metric", metric));
        });
  }

  /** Queries, keys and values side by side, [batch, tokens, 3 * width]. */
  private Tensor qkv(Scope s, Tensor x) {
    int width = vit.width();
    if (!vit.qkvBias()) {
      return linearWithoutBias(s.at("qkv"), x, 3 * width);
    }
    return vit.lineage().keyBias()
        ? linear(s.at("qkv"), x, 3 * width)
        : Projections.qkvWithoutKeyBias(s, x);
  }

  private Tensor attend(Scope s, Features qkv, Optional<Tensor> sharedBias) {
    int heads = vit.heads();
    Rotary rotary = vit.attention().rotary();
    List<Tensor> parts = qkv.tokens().chunk(3, -1);
    Tensor q = rotary.apply(normal(s.at("q_norm"), parts.get(0)), heads, qkv);
    Tensor k = rotary.apply(normal(s.at("k_norm"), parts.get(1)), heads, qkv);
    return bias(s, q, qkv, sharedBias)
        .map(b -> multiHead(q, k, parts.get(2), b, heads))
        .orElseGet(() -> multiHead(q, k, parts.get(2), heads));
  }

  /** Each head's channels normalised, if the model does so. */
  private Tensor normal(Scope s, Tensor x) {
    if (!vit.attention().qkNorm()) {
      return x;
    }
    int heads = vit.heads();
    Tensor apart = x.reshape(x.dim(0), x.dim(1), heads, x.dim(2) / heads);
    return layerNorm(s, apart, vit.epsilon()).reshape(x.shape().dims());
  }

  private Optional<Tensor> bias(Scope s, Tensor q, Features places, Optional<Tensor> sharedBias) {
    int rows = window == 0 ? vit.tableRows() : window;
    int columns = window == 0 ? vit.tableColumns() : window;
    return switch (vit.attention().relative()) {
      case NONE -> Optional.empty();
      case SHARED_TABLE -> sharedBias;
      case TABLE -> Optional.of(table(s, vit, places, rows, columns));
      case DECOMPOSED ->
          Optional.of(
              new DecomposedPositions(rows, columns)
                  .bias(s, q, vit.heads(), places.height(), places.width()));
    };
  }

  /** The bias that all blocks share. */
  static Optional<Tensor> sharedBias(Scope s, VisionTransformer vit, Features places) {
    return vit.attention().relative() == Relative.SHARED_TABLE
        ? Optional.of(table(s.at("rel_pos_bias"), vit, places, vit.tableRows(), vit.tableColumns()))
        : Optional.empty();
  }

  private static Tensor table(
      Scope s, VisionTransformer vit, Features places, int rows, int columns) {
    if (places.prefix() > 1) {
      throw new IllegalArgumentException(
          "tables of relative positions know one class token, and there are "
              + places.prefix()
              + " tokens before the grid");
    }
    return new RelativePositions(rows, columns, places.prefix() == 1)
        .bias(s, vit.heads(), places.height(), places.width(), vit.attention().resizeTable());
  }

  private Tensor projected(Scope s, Tensor x) {
    Tensor y = vit.attention().innerNorm() ? layerNorm(s.at("norm"), x, vit.epsilon()) : x;
    return linear(s.at("proj"), y, vit.width());
  }
}
