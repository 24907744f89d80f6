package dev.dovetail.heads.yolos;

import static dev.dovetail.graph.nn.Linear.linear;
import static dev.dovetail.graph.nn.Norms.layerNorm;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.vit.Geometry;
import dev.dovetail.backbones.vit.VisionTransformer;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.Network;
import dev.dovetail.graph.network.QueryBoxes;
import dev.dovetail.graph.network.QueryBoxes.Scoring;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.Extent;
import dev.dovetail.graph.nn.Interpolation;

/**
 * YOLOS (Fang et al. 2021): a plain vision transformer whose input consists of the patches of the
 * image and a learned token for each object that it may find. Incomplete patches at the bottom and
 * right are ignored, as in transformers.
 *
 * <p>Parameters have the names of the authors' checkpoints: {@code backbone.blocks.0.…}, {@code
 * backbone.det_token}, {@code class_embed}, {@code bbox_embed}. The tokens after the final norm, in
 * the order class token, patches, detection tokens, are tapped as {@code last_hidden_state}.
 *
 * @param classes number of classes, without the additional output for "no object"
 * @param geometry size of the transformer and of the images of the position embedding
 * @param qkvBias whether queries, keys and values have a bias
 * @param epsilon epsilon of the norms
 * @param queries maximum number of objects that are found ({@code det_token})
 * @param midPositions whether a position embedding is also added after every block except the last
 *     ({@code mid_pos_embed})
 * @param maxDetections maximum number of objects per image
 */
public record Yolos(
    int classes,
    @JsonUnwrapped Geometry geometry,
    boolean qkvBias,
    double epsilon,
    int queries,
    boolean midPositions,
    int maxDetections)
    implements Network<QueryBoxes> {

  private static final Init CODES = new Init.TruncatedNormal(0.02f);

  /**
   * @throws IllegalArgumentException if a value is out of range
   */
  public Yolos {
    if (classes < 1 || queries < 1 || maxDetections < 1) {
      throw new IllegalArgumentException(
          "Yolos: classes, queries and maxDetections must be positive");
    }
    if (geometry.pretrainSize() < geometry.patchSize()) {
      throw new IllegalArgumentException(
          "Yolos: pretrainSize " + geometry.pretrainSize() + " is below a patch");
    }
  }

  /**
   * Returns YOLOS-S for the 91 category ids of COCO.
   *
   * @return the network
   */
  public static Yolos defaults() {
    return new Yolos(
        91, Geometry.of(384, 12, 6).withPretrainSize(512, 864), true, 1e-6, 100, true, 100);
  }

  @Override
  public QueryBoxes forward(Scope root, ImageBatch images) {
    Tensor tokens = root.tap("last_hidden_state", root.in("backbone", b -> encode(b, images)));
    Tensor queryTokens = tokens.slice(1, tokens.dim(1) - queries, tokens.dim(1));
    return new QueryBoxes(
        predict(root.at("class_embed"), queryTokens, classes + 1),
        predict(root.at("bbox_embed"), queryTokens, 4).sigmoid(),
        Scoring.SOFTMAX,
        maxDetections);
  }

  /** Computes the tokens after the final norm [batch, 1 + patches + queries, width]. */
  private Tensor encode(Scope s, ImageBatch images) {
    int patch = geometry.patchSize();
    Tensor image = images.pixels();
    Extent whole = new Extent(image.dim(2) / patch * patch, image.dim(3) / patch * patch);
    Tensor map =
        Conv2d.patches(width(), patch).apply(s.at("patch_embed.proj"), whole.cropped(image));
    Features patches = Features.ofMap(map, patch);
    Tensor before = s.weight("cls_token", CODES, 1, 1, width());
    Tensor after = s.weight("det_token", CODES, 1, queries, width());
    int batch = map.dim(0);
    Tensor plain =
        Tensor.concat(
            1,
            before.expand(batch, 1, width()),
            patches.tokens(),
            after.expand(batch, queries, width()));
    Extent grid = Extent.of(map);
    Tensor x = plain.plus(codes(s.weight("pos_embed", CODES, 1, entries(), width()), grid));
    return layerNorm(s.at("norm"), midPositions ? coded(s, x, grid) : blocks(s, x), epsilon);
  }

  private Tensor blocks(Scope s, Tensor x) {
    return blocks(s, x, 0, geometry.depth());
  }

  private Tensor blocks(Scope s, Tensor x, int from, int to) {
    return transformer().blocks(s, Features.ofRow(x), 0, from, to).tokens();
  }

  /** Applies the blocks with position embeddings between them. */
  private Tensor coded(Scope s, Tensor in, Extent grid) {
    int last = geometry.depth() - 1;
    if (last == 0) {
      return blocks(s, in);
    }
    Tensor table = s.weight("mid_pos_embed", CODES, last, 1, entries(), width());
    Tensor codes = codes(table.reshape(last, entries(), width()), grid);
    Tensor x = in;
    for (int i = 0; i < last; i++) {
      x = blocks(s, x, i, i + 1).plus(codes.slice(0, i, i + 1));
    }
    return blocks(s, x, last, last + 1);
  }

  private VisionTransformer transformer() {
    return VisionTransformer.base()
        .withGeometry(geometry)
        .withLayerScale(false)
        .withQkvBias(qkvBias)
        .withEpsilon(epsilon);
  }

  private int width() {
    return geometry.width();
  }

  private Extent learned() {
    int patch = geometry.patchSize();
    int columns =
        geometry.pretrainWidth() == 0 ? geometry.pretrainSize() : geometry.pretrainWidth();
    return new Extent(geometry.pretrainSize() / patch, columns / patch);
  }

  /**
   * Returns the number of entries of a position embedding: class token, patches, detection tokens.
   */
  private int entries() {
    return 1 + learned().area() + queries;
  }

  /** Resizes position embeddings [n, entries, width] to another grid. */
  private Tensor codes(Tensor tables, Extent grid) {
    Extent learned = learned();
    int end = 1 + learned.area();
    Tensor map =
        tables
            .slice(1, 1, end)
            .permute(0, 2, 1)
            .reshape(tables.dim(0), width(), learned.height(), learned.width());
    Tensor resized = Interpolation.BICUBIC.apply(map, grid.height(), grid.width());
    return Tensor.concat(
        1,
        tables.slice(1, 0, 1),
        resized.flatten(2, 3).permute(0, 2, 1),
        tables.slice(1, end, tables.dim(1)));
  }

  private Tensor predict(Scope s, Tensor x, int out) {
    return s.run(
        () -> {
          Tensor hidden = linear(s.at("layers.0"), x, width()).relu();
          hidden = linear(s.at("layers.1"), hidden, width()).relu();
          return linear(s.at("layers.2"), hidden, out);
        });
  }

  @Override
  public Class<QueryBoxes> predictions() {
    return QueryBoxes.class;
  }
}
