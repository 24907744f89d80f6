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
 * EoMT (Kerssies et al. 2025): a plain vision transformer whose last blocks process learned queries
 * together with the tokens of the image. Each query predicts a mask and its class.
 *
 * <p>During training, queries in the last blocks attend only to patches inside their intermediate
 * masks. Training ends without this masking, so published weights do not need it.
 *
 * <p>Parameters of the transformer are below {@code backbone}, all others have transformers' names
 * at the root. The tokens after the final norm, in the order queries, class token, registers,
 * patches, are tapped as {@code last_hidden_state}.
 *
 * @param classes number of classes, without the additional output for "no object"
 * @param transformer the transformer
 * @param queries number of masks
 * @param queryBlocks number of blocks at the end that process queries
 * @param maskedBlocks indices of blocks that are preceded by a mask prediction; from each of them
 *     up to the next one, a query attends to no patches outside its mask
 * @param upscaleBlocks number of twofold upscaling steps of the map of patches
 * @param activation activation of the upscaling and between the layers that predict masks
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

  /**
   * The epsilon of the norms between upscaling steps, which is independent of the transformer's.
   */
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
        "queryBlocks is " + queryBlocks + ", but the transformer has " + depth + " blocks");
    require(upscaleBlocks >= 0, "upscaleBlocks must not be negative");
    require(
        transformer.attention().relative() == Relative.NONE,
        "queries have no entry in tables of relative positions (transformer.attention.relative)");
    maskedBlocks = List.copyOf(maskedBlocks);
    int first = depth - queryBlocks;
    for (int block : maskedBlocks) {
      require(
          block >= first && block < depth,
          "maskedBlocks has "
              + block
              + ", but queries are in blocks "
              + first
              + " to "
              + (depth - 1));
    }
    new MaskedBlocks(transformer); // rejects transformers without a single row of tokens
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
    Tensor queryTokens = queryTokens(last);
    return new QueryMasks(
        linear(root.at("class_predictor"), queryTokens, classes + 1), masks(root, last));
  }

  /** Prepends the queries to the tokens. */
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

  /** Returns the queries among the tokens. */
  private Tensor queryTokens(Features x) {
    return x.tokens().slice(1, 0, queries);
  }

  /** Computes mask logits [batch, queries, height', width'] from normalized tokens. */
  private Tensor masks(Scope root, Features x) {
    Tensor pixels = upscaled(root.at("upscale_block.block"), x.map());
    Tensor drawn = draw(root.at("mask_head"), queryTokens(x)).matmul(pixels.flatten(2, 3));
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
   * Computes the attention bias that restricts each query to the patches inside its mask: [batch,
   * 1, tokens, tokens], minus infinity for other patches, otherwise 0. Attention among queries and
   * the attention of other tokens are not restricted.
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
