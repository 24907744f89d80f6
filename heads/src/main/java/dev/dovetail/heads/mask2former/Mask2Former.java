package dev.dovetail.heads.mask2former;

import static dev.dovetail.heads.mask2former.Transformer.attention;
import static dev.dovetail.heads.mask2former.Transformer.feedForward;
import static dev.dovetail.heads.mask2former.Transformer.norm;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.QueryMasks;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.graph.nn.Linear;
import dev.dovetail.graph.nn.Resampling;
import dev.dovetail.graph.nn.SinePosition;
import dev.dovetail.heads.PyramidHead;
import dev.dovetail.heads.Require;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Mask2Former (Cheng et al. 2022): each query predicts a mask and its class. This class follows
 * transformers and the {@code Mask2FormerHead} in ViT-CoMer's repository, whose parameter names it
 * uses.
 *
 * @param pixels the pixel decoder, which computes the mask features
 * @param decoder the layers of the decoder; in a config, their keys are at the same level as the
 *     others
 */
public record Mask2Former(int classes, PixelDecoder pixels, @JsonUnwrapped Decoder decoder)
    implements PyramidHead<QueryMasks> {

  public Mask2Former {
    Require.positive("classes", classes);
    Require.multiple("pixels.channels", pixels.channels(), decoder.heads(), "heads");
  }

  /** Returns the head as published for COCO-Stuff-164k. */
  public static Mask2Former defaults() {
    return new Mask2Former(
        171, PixelDecoder.defaults(), new Decoder(32, 200, 9, 4096, false, Activation.RELU));
  }

  /**
   * The layers of the decoder.
   *
   * @param heads heads of all attentions
   * @param queries number of masks
   * @param layers number of layers
   * @param hidden width of their feed-forward networks
   * @param normFirst whether norms precede the attention and the feed-forward network instead of
   *     following them
   * @param activation activation of the feed-forward networks
   */
  public record Decoder(
      int heads, int queries, int layers, int hidden, boolean normFirst, Activation activation) {

    public Decoder {
      Require.positive("heads", heads);
      Require.positive("queries", queries);
      Require.positive("layers", layers);
      Require.positive("hidden", hidden);
    }
  }

  /** The keys and values [batch, cells, width] of a decoder layer, from one map. */
  private record Memory(Tensor keys, Tensor values, int height, int width) {}

  /** The queries [batch, queries, width] between two layers and their predictions. */
  private record Queries(Tensor x, QueryMasks prediction) {}

  /**
   * {@inheritDoc}
   *
   * <p>Taps in {@code decode_head} are {@code mask_features} and {@code memory0}, … (coarsest
   * first). The prediction before layer K, or after the last layer, is tapped as {@code clsK},
   * {@code maskK} and {@code blockedK} (1 where the attention of the next layer is masked). Taps at
   * the root have transformers' names: {@code encoder_last_hidden_state}, {@code
   * pixel_decoder_last_hidden_state} and {@code transformer_decoder_last_hidden_state}.
   */
  @Override
  public QueryMasks predict(Scope root, FeaturePyramid features, ImageBatch images) {
    Scope s = root.at("decode_head");
    root.tap("encoder_last_hidden_state", features.coarsest(1).map(0));
    return s.run(() -> decode(root, s, features));
  }

  @Override
  public Class<QueryMasks> predictions() {
    return QueryMasks.class;
  }

  private QueryMasks decode(Scope root, Scope s, FeaturePyramid features) {
    PixelDecoder.Pixels decoded = pixels.decode(s.at("pixel_decoder"), features);
    Tensor maskFeatures = s.tap("mask_features", decoded.maskFeatures());
    root.tap("pixel_decoder_last_hidden_state", maskFeatures);
    List<Memory> memories = memories(s, decoded.memories());
    Tensor position = queries(s.at("query_embed"));
    Tensor in =
        queries(s.at("query_feat"))
            .unsqueeze(0)
            .expand(maskFeatures.dim(0), decoder.queries(), pixels.channels());

    Scope layers = s.at("transformer_decoder.layers");
    Queries start = new Queries(in, predict(s, 0, in, maskFeatures));
    Queries end =
        layers.fold(
            0,
            decoder.layers(),
            start,
            (l, q, i) -> {
              Memory memory = memories.get(i % memories.size());
              Tensor bias = blocked(s, i, q.prediction().masks(), memory);
              Tensor x = layer(l, q.x(), position, memory, bias);
              return new Queries(x, predict(s, i + 1, x, maskFeatures));
            });
    Memory next = memories.get(decoder.layers() % memories.size());
    blocked(s, decoder.layers(), end.prediction().masks(), next);
    root.tap("transformer_decoder_last_hidden_state", end.x());
    return end.prediction();
  }

  private Tensor queries(Scope s) {
    return s.weight("weight", new Init.Normal(1), decoder.queries(), pixels.channels());
  }

  private List<Memory> memories(Scope s, List<Tensor> maps) {
    int width = pixels.channels();
    Tensor levels = s.weight("level_embed.weight", new Init.Normal(1), maps.size(), width);
    List<Memory> memories = new ArrayList<>();
    for (int i = 0; i < maps.size(); i++) {
      Tensor map = s.tap("memory" + i, maps.get(i));
      Tensor values = map.flatten(2, 3).permute(0, 2, 1).plus(levels.slice(0, i, i + 1));
      Tensor position = s.constant(new SinePosition(width).tokens(map.dim(2), map.dim(3)));
      memories.add(new Memory(values.plus(position), values, map.dim(2), map.dim(3)));
    }
    return memories;
  }

  private QueryMasks predict(Scope s, int index, Tensor x, Tensor maskFeatures) {
    int width = x.dim(2);
    Tensor z = norm(s.at("transformer_decoder.post_norm"), x);
    Tensor classLogits = linear(s.at("cls_embed"), z, classes + 1);
    Tensor e = linear(s.at("mask_embed.0"), z, width).relu();
    e = linear(s.at("mask_embed.2"), e, width).relu();
    e = linear(s.at("mask_embed.4"), e, maskFeatures.dim(1));
    Tensor maskLogits =
        e.matmul(maskFeatures.flatten(2, 3))
            .reshape(x.dim(0), decoder.queries(), maskFeatures.dim(2), maskFeatures.dim(3));
    return new QueryMasks(s.tap("cls" + index, classLogits), s.tap("mask" + index, maskLogits));
  }

  private static Tensor linear(Scope s, Tensor x, int out) {
    Init init = new Init.FanIn(x.dim(-1));
    return Linear.linear(s, x, out, init, init);
  }

  /**
   * Computes the attention bias [batch, 1, queries, cells] that restricts each query to its mask:
   * minus infinity where the mask is below one half. An empty mask is not applied.
   */
  private static Tensor blocked(Scope s, int index, Tensor maskLogits, Memory memory) {
    Tensor mask =
        Resampling.bilinear(maskLogits, memory.height(), memory.width()).flatten(2, 3).sigmoid();
    Tensor outside = mask.less(0.5);
    s.tap("blocked" + index, outside.cast(DType.FLOAT32));
    // Counts instead of taking the maximum, which is slow on a GPU for few long rows.
    Tensor everywhere = outside.not().cast(DType.FLOAT32).sum(2, true).less(0.5);
    Tensor infinity = s.constant(TensorData.scalar(Float.NEGATIVE_INFINITY));
    return outside.and(everywhere.not()).where(infinity, 0).unsqueeze(1);
  }

  private Tensor layer(Scope s, Tensor x, Tensor position, Memory memory, Tensor bias) {
    int heads = decoder.heads();
    UnaryOperator<Tensor> cross =
        y ->
            attention(
                s.at("attentions.0.attn"),
                y.plus(position),
                memory.keys(),
                memory.values(),
                heads,
                bias);
    UnaryOperator<Tensor> self =
        y -> {
          Tensor placed = y.plus(position);
          return attention(s.at("attentions.1.attn"), placed, placed, y, heads);
        };
    return s.run(
        () -> {
          Tensor y = attend(s.at("norms.1"), attend(s.at("norms.0"), x, cross), self);
          Scope last = s.at("norms.2");
          return decoder.normFirst()
              ? each(s.at("ffns.0"), norm(last, y), y)
              : norm(last, each(s.at("ffns.0"), y, y));
        });
  }

  private Tensor each(Scope s, Tensor x, Tensor residual) {
    return feedForward(s, x, residual, decoder.hidden(), decoder.activation());
  }

  /** An attention layer with its residual and a norm before or after it. */
  private Tensor attend(Scope norm, Tensor x, UnaryOperator<Tensor> part) {
    return decoder.normFirst()
        ? x.plus(part.apply(norm(norm, x)))
        : norm(norm, x.plus(part.apply(x)));
  }
}
