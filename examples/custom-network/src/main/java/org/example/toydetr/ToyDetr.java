package org.example.toydetr;

import static dev.dovetail.graph.nn.Norms.layerNorm;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.Network;
import dev.dovetail.graph.network.QueryBoxes;
import dev.dovetail.graph.nn.Attention;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.Linear;
import dev.dovetail.graph.nn.Resampling;

/**
 * A toy detector based on DETR (Carion et al. 2020): learned queries attend to the patches of an
 * image, and each predicts class scores and a box.
 *
 * @param classes number of classes
 * @param width channels of patches and queries
 * @param heads attention heads
 * @param layers number of decoder layers
 * @param queries maximum number of objects
 * @param patchSize height and width of a patch in pixels
 */
public record ToyDetr(int classes, int width, int heads, int layers, int queries, int patchSize)
    implements Network<QueryBoxes> {

  /** The height and width of the position embedding, which is resized to the image's grid. */
  private static final int GRID = 16;

  public ToyDetr {
    if (classes < 1 || layers < 1 || queries < 1 || patchSize < 1 || heads < 1) {
      throw new IllegalArgumentException(
          "classes, heads, layers, queries and patchSize must be at least 1");
    }
    if (width < heads || width % heads != 0) {
      throw new IllegalArgumentException("width " + width + " is not a multiple of heads " + heads);
    }
  }

  static ToyDetr defaults() {
    return new ToyDetr(80, 64, 4, 2, 20, 16);
  }

  @Override
  public QueryBoxes forward(Scope root, ImageBatch images) {
    Tensor tokens = tokens(root, filledUp(filledUp(images.pixels(), 2), 3));
    Tensor x = root.weight("queries", new Init.Normal(1), queries, width);
    x = x.unsqueeze(0).expand(tokens.dim(0), queries, width);
    for (int i = 0; i < layers; i++) {
      Tensor in = x;
      x = root.at("decoder").in(i, s -> layer(s, in, tokens));
    }
    Tensor logits = linear(root.at("class_head"), x, classes);
    Tensor boxes = linear(root.at("box_head"), x, 4).sigmoid();
    return new QueryBoxes(logits, boxes, QueryBoxes.Scoring.SIGMOID, queries);
  }

  /** Pads incomplete patches with zeros. */
  private Tensor filledUp(Tensor image, int axis) {
    int rest = image.dim(axis) % patchSize;
    return rest == 0 ? image : image.pad(axis, 0, patchSize - rest, 0);
  }

  /**
   * Converts images [batch, 3, height, width] to patches with positions [batch, patches, width].
   */
  private Tensor tokens(Scope s, Tensor image) {
    Tensor map = Conv2d.patches(width, patchSize).apply(s.at("patch_embed"), image);
    Tensor table = s.weight("positions", new Init.Normal(1), 1, width, GRID, GRID);
    Tensor positions = Resampling.bilinear(table, map.dim(2), map.dim(3));
    return map.plus(positions).flatten(2, 3).permute(0, 2, 1);
  }

  /** Applies self-attention of queries, cross-attention to the patches, and an MLP. */
  private Tensor layer(Scope s, Tensor x, Tensor tokens) {
    Tensor mixed = layerNorm(s.at("norm1"), x.plus(attention(s.at("self_attn"), x, x)), 1e-5);
    Tensor seen = attention(s.at("cross_attn"), mixed, tokens);
    Tensor y = layerNorm(s.at("norm2"), mixed.plus(seen), 1e-5);
    Tensor hidden = linear(s.at("fc1"), y, 4 * width).gelu();
    return layerNorm(s.at("norm3"), y.plus(linear(s.at("fc2"), hidden, width)), 1e-5);
  }

  private Tensor attention(Scope s, Tensor x, Tensor memory) {
    return s.run(
        () -> {
          Tensor q = linear(s.at("q"), x, width);
          Tensor k = linear(s.at("k"), memory, width);
          Tensor v = linear(s.at("v"), memory, width);
          return linear(s.at("out"), Attention.multiHead(q, k, v, heads), width);
        });
  }

  private static Tensor linear(Scope s, Tensor x, int out) {
    return Linear.linear(s, x, out, new Init.XavierUniform(), Init.zeros());
  }

  @Override
  public Class<QueryBoxes> predictions() {
    return QueryBoxes.class;
  }
}
