package dev.dovetail.heads.eomt;

import static dev.dovetail.graph.nn.Linear.linear;
import static dev.dovetail.graph.nn.Norms.channelLayerNorm;
import static dev.dovetail.graph.nn.Norms.layerNorm;

import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.vit.AttentionOptions.Relative;
import dev.dovetail.backbones.vit.MaskedBlocks;
import dev.dovetail.backbones.vit.VisionTransformer;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.Network;
import dev.dovetail.graph.network.QueryMasks;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.Resampling;
import dev.dovetail.heads.Require;
import java.util.List;
import java.util.Optional;

/**
 * EoMT (Kerssies et al. 2025): a plain vision transformer whose last blocks have learned queries
 * beside the tokens of the image; each query then draws a mask and names its class.
 *
 * <p>While it is trained, queries of the last blocks attend only to the patches inside of the masks
 * that they would draw so far. Training ends without those masks, and published weights need none.
 *
 * <p>Parameters of the transformer are below {@code backbone}, all others have transformers' names
 * at the root. The tokens after the last norm, in the order queries, class token, registers,
 * patches, can be tapped as {@code last_hidden_state}.
 *
 * @param classes how many classes it tells apart; a further output is "no object"
 * @param transformer the blocks, and what comes before them
 * @param queries how many masks it draws
 * @param queryBlocks how many of the last blocks have the queries
 * @param maskedBlocks blocks, counted from 0, before which masks are drawn; the queries of each of
 *     them and of those that follow, up to the next, attend to the patches inside of their masks
 * @param upscaleBlocks how often the map of the patches is made twice as large
 * @param activation in the upscaling, and between the layers that draw masks
 */
public record Eomt(
    int classes,
    VisionTransformer transformer,
    int queries,
    int queryBlocks,
    List<Integer> maskedBlocks,
    int upscaleBlocks,
    Activation activation)
    implements Network<QueryMasks> {

  /** Of the norms between upscaling steps, whatever that of the transformer is. */
  private static final double EPSILON = 1e-6;

  /**
   * @throws IllegalArgumentException if a value is out of range
   */
  public Eomt {
    Require.positive("classes", classes);
    Require.positive("queries", queries);
    int depth = transformer.depth();
    require(
        queryBlocks > 0 && queryBlocks <= depth,
        "queryBlocks is " + queryBlocks + ", the transformer has " + depth + " blocks");
    require(upscaleBlocks >= 0, "upscaleBlocks must not be negative");
    require(
        transformer.attention().relative() == Relative.NONE,
        "queries have no place in tables of relative positions (transformer.attention.relative)");
    maskedBlocks = List.copyOf(maskedBlocks);
    int first = depth - queryBlocks;
    for (int block : maskedBlocks) {
      require(
          block >= first && block < depth,
          "maskedBlocks has " + block + ", queries are in blocks " + first + " to " + (depth - 1));
    }
    new MaskedBlocks(transformer); // refuses what has no one row of tokens
  }

  private static void require(boolean right, String otherwise) {
    if (!right) {
      throw new IllegalArgumentException("Eomt: " + otherwise);
    }
  }

  /**
   * {@return EoMT-L over DINOv2 for the 133 classes of COCO's panoptic segmentation at 640 pixels}
   */
  public static Eomt defaults() {
    return EomtPresets.dinov2(EomtPresets.Size.LARGE, 640, 133, 200);
  }

  @Override
  public QueryMasks forward(Scope root, ImageBatch images) {
    Scope backbone = root.at("backbone");
    int depth = transformer.depth();
    int first = depth - queryBlocks;
    Features x = transformer.stem(backbone, images.pixels());
    x = withQueries(root, transformer.blocks(backbone, x, 0, 0, first));
    Optional<Tensor> mask = Optional.empty();
    for (int i = first; i < depth; i++) {
      mask = maskedBlocks.contains(i) ? Optional.of(mask(root, x)) : mask;
      x =
          mask.isPresent()
              ? new MaskedBlocks(transformer).apply(backbone, x, i, i + 1, mask.get())
              : transformer.blocks(backbone, x, 0, i, i + 1);
    }
    Features last = normalised(root, x);
    root.tap("last_hidden_state", last.tokens());
    Tensor found = found(last);
    return new QueryMasks(
        linear(root.at("class_predictor"), found, classes + 1), masks(root, last));
  }

  /** The same tokens after the queries. */
  private Features withQueries(Scope root, Features x) {
    int width = transformer.width();
    Tensor learned = root.weight("query.weight", new Init.Normal(1), queries, width);
    Tensor own = learned.unsqueeze(0).expand(x.tokens().dim(0), queries, width);
    return new Features(
        Tensor.concat(1, own, x.tokens()), x.height(), x.width(), queries + x.prefix(), x.stride());
  }

  private Features normalised(Scope root, Features x) {
    return x.with(layerNorm(root.at("backbone.norm"), x.tokens(), transformer.epsilon()));
  }

  /** The queries among the tokens. */
  private Tensor found(Features x) {
    return x.tokens().slice(1, 0, queries);
  }

  /** Mask logits [batch, queries, height', width'] of normalised tokens. */
  private Tensor masks(Scope root, Features x) {
    Tensor pixels = upscaled(root.at("upscale_block.block"), x.map());
    Tensor drawn = draw(root.at("mask_head"), found(x)).matmul(pixels.flatten(2, 3));
    return drawn.reshape(pixels.dim(0), queries, pixels.dim(2), pixels.dim(3));
  }

  private Tensor draw(Scope s, Tensor x) {
    int width = transformer.width();
    return s.run(
        () -> {
          Tensor y = activation.apply(linear(s.at("fc1"), x, width));
          y = activation.apply(linear(s.at("fc2"), y, width));
          return linear(s.at("fc3"), y, width);
        });
  }

  private Tensor upscaled(Scope s, Tensor map) {
    int width = transformer.width();
    Tensor x = map;
    for (int i = 0; i < upscaleBlocks; i++) {
      Scope step = s.at(i);
      Tensor larger = activation.apply(Conv2d.upsample(step.at("conv1"), x, width, 2));
      Tensor mixed = Conv2d.depthwise(width, 3).withoutBias().apply(step.at("conv2"), larger);
      x = channelLayerNorm(step.at("layernorm2d"), mixed, EPSILON);
    }
    return x;
  }

  /**
   * What keeps each query to the patches inside of its mask: [batch, 1, tokens, tokens], minus
   * infinity where it does not look, else 0. Nothing keeps it from other queries, and other tokens
   * from anything.
   */
  private Tensor mask(Scope root, Features x) {
    Tensor drawn = masks(root, normalised(root, x));
    Tensor cells = Resampling.bilinear(drawn, x.height(), x.width()).flatten(2, 3);
    Tensor infinity = root.constant(TensorData.scalar(Float.NEGATIVE_INFINITY));
    Tensor outside = cells.greater(0).not().where(infinity, 0);
    return outside.pad(2, x.prefix(), 0, 0).pad(1, 0, x.tokens().dim(1) - queries, 0).unsqueeze(1);
  }

  @Override
  public Class<QueryMasks> predictions() {
    return QueryMasks.class;
  }
}
