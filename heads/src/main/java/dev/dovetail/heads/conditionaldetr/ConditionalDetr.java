package dev.dovetail.heads.conditionaldetr;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.QueryBoxes;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.graph.nn.Linear;
import dev.dovetail.heads.PyramidHead;
import dev.dovetail.heads.Require;
import dev.dovetail.heads.queries.CellMemory;
import dev.dovetail.heads.queries.ConditionalDecoderLayer;
import dev.dovetail.heads.queries.ConditionalDecoderLayer.Place;
import dev.dovetail.heads.queries.Coordinates;
import dev.dovetail.heads.queries.DenseDecoder;
import dev.dovetail.heads.queries.DenseTransformer;
import dev.dovetail.heads.queries.PositionEmbedding;
import dev.dovetail.heads.queries.PredictionMlp;
import dev.dovetail.heads.queries.SineEncoding;

/**
 * Conditional DETR (Meng et al. 2021): DETR whose queries attend to the surroundings of a reference
 * point, in directions that depend on their content. Parameters have transformers' names.
 *
 * @param queries number of queries
 * @param transformer the size of the transformer
 * @param position the position embedding of cells
 * @param normBetween whether the norm after the decoder also follows each of its layers
 *     (transformers' {@code auxiliary_loss})
 * @param maxDetections maximum number of objects per image
 */
public record ConditionalDetr(
    int classes,
    int queries,
    DenseTransformer transformer,
    PositionEmbedding position,
    boolean normBetween,
    int maxDetections)
    implements PyramidHead<QueryBoxes> {

  private static final Init NORMAL = new Init.Normal(1);

  /** The output of the decoder: queries [batch, n, width] and their reference points [1, n, 2]. */
  private record Decoded(Tensor queries, Tensor references) {}

  /**
   * @throws IllegalArgumentException if a number is not positive
   */
  public ConditionalDetr {
    Require.positive("classes", classes);
    Require.positive("queries", queries);
    Require.positive("maxDetections", maxDetections);
  }

  /** Returns the head as published for COCO, whose classes are the category ids. */
  public static ConditionalDetr defaults() {
    DenseTransformer published = DenseTransformer.published(Activation.RELU);
    return new ConditionalDetr(91, 300, published, PositionEmbedding.SINE, false, 100);
  }

  @Override
  public Class<QueryBoxes> predictions() {
    return QueryBoxes.class;
  }

  @Override
  public QueryBoxes predict(Scope root, FeaturePyramid features, ImageBatch images) {
    int width = transformer.width();
    CellMemory cells = CellMemory.of(root, features, images, width, position);
    Decoded decoded = decode(root, transformer.encode(root, cells));
    Tensor x = root.tap("last_hidden_state", decoded.queries());
    Tensor logits = Linear.linear(root.at("class_labels_classifier"), x, classes);
    Tensor change = PredictionMlp.ofBox(width).apply(root.at("bbox_predictor"), x);
    Tensor boxes =
        root.float32(
            () -> {
              Tensor reference = Coordinates.inverseSigmoid(decoded.references());
              Tensor centre = change.slice(2, 0, 2).plus(reference);
              return Tensor.concat(2, centre, change.slice(2, 2, 4)).sigmoid();
            });
    return new QueryBoxes(logits, boxes, QueryBoxes.Scoring.SIGMOID, maxDetections);
  }

  private Decoded decode(Scope root, CellMemory memory) {
    int width = transformer.width();
    Scope decoder = root.at("decoder");
    Tensor places =
        root.weight("query_position_embeddings.weight", NORMAL, queries, width).unsqueeze(0);
    Tensor references =
        new PredictionMlp(width, 2, 2).apply(decoder.at("ref_point_head"), places).sigmoid();
    Tensor sine = root.float32(() -> SineEncoding.of(references, width / 2));
    PredictionMlp scale = new PredictionMlp(width, width, 2);
    ConditionalDecoderLayer layer =
        new ConditionalDecoderLayer(
            transformer.decoder().heads(),
            transformer.decoderFeedForward(),
            DenseTransformer.EPSILON);
    int[] shape = {memory.tokens().dim(0), queries, width};
    Tensor end =
        new DenseDecoder(transformer.decoder().layers(), normBetween)
            .apply(
                decoder,
                shape,
                (s, x, i) -> {
                  Tensor looked =
                      i == 0 ? sine : sine.times(scale.apply(decoder.at("query_scale"), x));
                  return layer.apply(s, x, new Place(places, looked, i == 0), memory);
                });
    return new Decoded(end, references);
  }
}
