package dev.dovetail.heads.maskformer;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.QueryMasks;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.FeedForward;
import dev.dovetail.graph.nn.Linear;
import dev.dovetail.graph.nn.MultiHeadAttention;
import dev.dovetail.graph.nn.SinePosition;
import dev.dovetail.heads.PyramidHead;
import dev.dovetail.heads.Require;
import dev.dovetail.heads.queries.CellMemory;
import dev.dovetail.heads.queries.DenseDecoder;
import dev.dovetail.heads.queries.DenseDecoderLayer;
import java.util.Optional;

/**
 * MaskFormer (Cheng et al. 2021): the queries of DETR's decoder, which attend to the coarsest map,
 * each predict a mask and its class. Parameters have transformers' names.
 *
 * @param pixels the pixel decoder, which computes the mask features
 * @param decoder the layers of the decoder; in a config, their keys are at the same level as the
 *     others
 */
public record MaskFormer(int classes, PixelPyramid pixels, @JsonUnwrapped Decoder decoder)
    implements PyramidHead<QueryMasks> {

  private static final Init NORMAL = new Init.Normal(1);

  /** The number of layers of the MLP that computes mask embeddings. */
  private static final int MASK_LAYERS = 3;

  public MaskFormer {
    Require.positive("classes", classes);
  }

  /** Returns the head as published for ADE20K. */
  public static MaskFormer defaults() {
    return new MaskFormer(
        150,
        new PixelPyramid(256, 256, 32),
        new Decoder(256, 100, 6, 8, 2048, Activation.RELU, false));
  }

  /**
   * The layers of the decoder.
   *
   * @param width width of queries and cells, a multiple of 4
   * @param queries number of masks
   * @param layers number of layers
   * @param heads attention heads
   * @param hidden channels of the feed-forward networks
   * @param activation activation of the feed-forward networks
   * @param normBetween whether the norm after the decoder also follows each of its layers
   *     (transformers' {@code auxiliary_loss} of the decoder)
   */
  public record Decoder(
      int width,
      int queries,
      int layers,
      int heads,
      int hidden,
      Activation activation,
      boolean normBetween) {

    public Decoder {
      Require.positive("width", width);
      Require.positive("queries", queries);
      Require.positive("layers", layers);
      Require.positive("heads", heads);
      Require.positive("hidden", hidden);
      Require.multiple("width", width, 4, "the parts of a position");
      Require.multiple("width", width, heads, "heads");
    }
  }

  @Override
  public Class<QueryMasks> predictions() {
    return QueryMasks.class;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Taps at the root are {@code encoder_last_hidden_state}, {@code
   * pixel_decoder_last_hidden_state} and {@code transformer_decoder_last_hidden_state}.
   */
  @Override
  public QueryMasks predict(Scope root, FeaturePyramid features, ImageBatch images) {
    Tensor coarsest = root.tap("encoder_last_hidden_state", features.coarsest(1).map(0));
    Tensor maskFeatures =
        root.tap(
            "pixel_decoder_last_hidden_state",
            pixels.apply(root.at("pixel_level_module.decoder"), features));
    Tensor x =
        root.tap(
            "transformer_decoder_last_hidden_state",
            decode(root.at("transformer_module"), coarsest));
    Init init = new Init.FanIn(decoder.width());
    Tensor logits = Linear.linear(root.at("class_predictor"), x, classes + 1, init, init);
    Tensor masks = maskEmbedding(root.at("mask_embedder"), x, init);
    return new QueryMasks(
        logits,
        masks
            .matmul(maskFeatures.flatten(2, 3))
            .reshape(x.dim(0), decoder.queries(), maskFeatures.dim(2), maskFeatures.dim(3)));
  }

  private Tensor maskEmbedding(Scope s, Tensor x, Init init) {
    Tensor y = x;
    for (int i = 0; i < MASK_LAYERS - 1; i++) {
      y = Linear.linear(s.at(i).at(0), y, decoder.width(), init, init).relu();
    }
    Scope last = s.at(MASK_LAYERS - 1).at(0);
    return Linear.linear(last, y, pixels.maskChannels(), init, init);
  }

  private Tensor decode(Scope s, Tensor coarsest) {
    CellMemory memory = memory(s, coarsest);
    int width = decoder.width();
    int queries = decoder.queries();
    Tensor places = s.weight("queries_embedder.weight", NORMAL, queries, width).unsqueeze(0);
    DenseDecoderLayer layer =
        new DenseDecoderLayer(
            new MultiHeadAttention(decoder.heads()),
            new FeedForward(decoder.hidden(), decoder.activation()));
    int[] shape = {coarsest.dim(0), queries, width};
    return new DenseDecoder(decoder.layers(), decoder.normBetween())
        .apply(s.at("decoder"), shape, (l, x, i) -> layer.apply(l, x, places, memory));
  }

  /** Returns the cells of the coarsest map, projected if the width differs. */
  private CellMemory memory(Scope s, Tensor coarsest) {
    int width = decoder.width();
    Conv2d project = Conv2d.of(width, 1).init(new Init.FanIn(coarsest.dim(1)));
    Tensor map =
        coarsest.dim(1) == width ? coarsest : project.apply(s.at("input_projection"), coarsest);
    return new CellMemory(
        map.flatten(2, 3).permute(0, 2, 1),
        s.constant(new SinePosition(width).tokens(map.dim(2), map.dim(3))),
        Optional.empty());
  }
}
