package dev.dovetail.heads.dabdetr;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.QueryBoxes;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.graph.nn.Linear;
import dev.dovetail.graph.nn.Norms;
import dev.dovetail.heads.PyramidHead;
import dev.dovetail.heads.Require;
import dev.dovetail.heads.queries.CellMemory;
import dev.dovetail.heads.queries.ConditionalDecoderLayer;
import dev.dovetail.heads.queries.ConditionalDecoderLayer.Place;
import dev.dovetail.heads.queries.Coordinates;
import dev.dovetail.heads.queries.DenseDecoder;
import dev.dovetail.heads.queries.DenseTransformer;
import dev.dovetail.heads.queries.EncoderLayer;
import dev.dovetail.heads.queries.PredictionMlp;
import dev.dovetail.heads.queries.SineEncoding;

/**
 * DAB-DETR (Liu et al. 2022): the positions of queries are boxes. Their size modulates the
 * attention, and each layer of the decoder refines them. Parameters have transformers' names,
 * except for decoder layers, which have the names of Conditional DETR.
 *
 * @param queries number of learned boxes
 * @param patterns number of queries with different content for each box; 0 for one query without
 *     content
 * @param transformer the size of the transformer
 * @param position the position embedding of cells
 * @param addPosition whether positions are added to contents in every layer of the decoder instead
 *     of only in the first (transformers' {@code keep_query_pos})
 * @param encoderNorm whether a norm follows the encoder (transformers' {@code normalize_before})
 * @param maxDetections maximum number of objects per image
 */
public record DabDetr(
    int classes,
    int queries,
    int patterns,
    DenseTransformer transformer,
    Position position,
    boolean addPosition,
    boolean encoderNorm,
    int maxDetections)
    implements PyramidHead<QueryBoxes> {

  private static final Init NORMAL = new Init.Normal(1);

  /**
   * @throws IllegalArgumentException if a number is not positive
   */
  public DabDetr {
    Require.positive("classes", classes);
    Require.positive("queries", queries);
    Require.positive("patterns + 1", patterns + 1);
    Require.positive("maxDetections", maxDetections);
  }

  /** Returns the head as published for COCO, whose classes are the category ids. */
  public static DabDetr defaults() {
    DenseTransformer published = DenseTransformer.published(Activation.PRELU);
    return new DabDetr(91, 300, 0, published, Position.defaults(), false, false, 100);
  }

  @Override
  public Class<QueryBoxes> predictions() {
    return QueryBoxes.class;
  }

  @Override
  public QueryBoxes predict(Scope root, FeaturePyramid features, ImageBatch images) {
    CellMemory cells = CellMemory.of(root, features, images, position.sines(transformer.width()));
    Queries end = decode(root, encode(root, cells));
    Tensor x = root.tap("last_hidden_state", DenseDecoder.norm(root.at("decoder"), end.content()));
    Tensor logits = Linear.linear(root.at("class_embed"), x, classes);
    Tensor boxes = refined(root, x, end.before());
    return new QueryBoxes(logits, boxes, QueryBoxes.Scoring.SIGMOID, maxDetections);
  }

  /**
   * Applies the encoder. Each layer scales the positions of cells by a function of their content.
   */
  private CellMemory encode(Scope root, CellMemory cells) {
    EncoderLayer layer = transformer.encoderLayer();
    PredictionMlp scale = new PredictionMlp(transformer.width(), transformer.width(), 2);
    Scope encoder = root.at("encoder");
    Tensor x =
        encoder
            .at("layers")
            .fold(
                0,
                transformer.encoder().layers(),
                cells.tokens(),
                (s, y, i) -> {
                  Tensor scaled = cells.position().times(scale.apply(encoder.at("query_scale"), y));
                  return layer.apply(s, y, scaled, cells.bias());
                });
    Tensor end = encoderNorm ? Norms.layerNorm(encoder.at("norm"), x, DenseTransformer.EPSILON) : x;
    return cells.with(root.tap("encoder_last_hidden_state", end));
  }

  /**
   * The queries between two layers.
   *
   * @param content [batch, n, width]
   * @param boxes their boxes [batch or 1, n, 4]
   * @param before their boxes before the last layer
   */
  private record Queries(Tensor content, Tensor boxes, Tensor before) {}

  private Queries decode(Scope root, CellMemory memory) {
    Scope decoder = root.at("decoder");
    int layers = transformer.decoder().layers();
    return decoder
        .at("layers")
        .fold(
            0,
            layers,
            start(root, memory.tokens().dim(0)),
            (s, q, i) -> {
              Tensor x = layer(s, decoder, q, memory, i);
              Tensor boxes = i == layers - 1 ? q.boxes() : refined(root, x, q.boxes());
              return new Queries(x, boxes, q.boxes());
            });
  }

  /** Combines every pattern with every box, ordered by pattern. */
  private Queries start(Scope root, int batch) {
    int width = transformer.width();
    int groups = Math.max(1, patterns);
    Tensor boxes =
        root.weight("query_refpoint_embeddings.weight", NORMAL, queries, 4)
            .sigmoid()
            .unsqueeze(0)
            .expand(groups, queries, 4)
            .reshape(1, groups * queries, 4);
    Tensor content =
        patterns == 0
            ? root.constant(TensorData.of(new float[width], 1, 1, width))
            : root.weight("patterns.weight", NORMAL, patterns, width)
                .unsqueeze(1)
                .expand(patterns, queries, width)
                .reshape(1, patterns * queries, width);
    return new Queries(content.expand(batch, groups * queries, width), boxes, boxes);
  }

  private Tensor layer(Scope s, Scope decoder, Queries q, CellMemory memory, int index) {
    int width = transformer.width();
    Tensor x = q.content();
    Tensor sine = s.float32(() -> SineEncoding.of(q.boxes(), width / 2));
    Tensor place = new PredictionMlp(width, width, 2).apply(decoder.at("ref_point_head"), sine);
    Tensor centre = sine.slice(2, 0, width);
    if (index > 0) {
      centre = centre.times(new PredictionMlp(width, width, 2).apply(decoder.at("query_scale"), x));
    }
    Tensor size = new PredictionMlp(width, 2, 2).apply(decoder.at("ref_anchor_head"), x).sigmoid();
    Tensor ratio = size.div(q.boxes().slice(2, 2, 4));
    // The sines of y come first; heights are the second of the ratios.
    Tensor looked =
        Tensor.concat(
            2,
            centre.slice(2, 0, width / 2).times(ratio.slice(2, 1, 2)),
            centre.slice(2, width / 2, width).times(ratio.slice(2, 0, 1)));
    ConditionalDecoderLayer layer =
        new ConditionalDecoderLayer(
            transformer.decoder().heads(),
            transformer.decoderFeedForward(),
            DenseTransformer.EPSILON);
    return layer.apply(s, x, new Place(place, looked, addPosition || index == 0), memory);
  }

  /** Refines boxes [batch or 1, n, 4] with the box predictor, which all layers share. */
  private Tensor refined(Scope root, Tensor x, Tensor boxes) {
    Tensor change = PredictionMlp.ofBox(transformer.width()).apply(root.at("bbox_predictor"), x);
    return root.float32(() -> change.plus(Coordinates.inverseSigmoid(boxes)).sigmoid());
  }
}
