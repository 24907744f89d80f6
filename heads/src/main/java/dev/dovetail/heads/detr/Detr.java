package dev.dovetail.heads.detr;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.QueryBoxes;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.graph.nn.Linear;
import dev.dovetail.graph.nn.MultiHeadAttention;
import dev.dovetail.heads.PyramidHead;
import dev.dovetail.heads.Require;
import dev.dovetail.heads.queries.CellMemory;
import dev.dovetail.heads.queries.DenseDecoder;
import dev.dovetail.heads.queries.DenseDecoderLayer;
import dev.dovetail.heads.queries.DenseTransformer;
import dev.dovetail.heads.queries.PositionEmbedding;
import dev.dovetail.heads.queries.PredictionMlp;

/**
 * DETR (Carion et al. 2020): a transformer over the cells of the coarsest map in which each query
 * finds one object. Parameters have transformers' names.
 *
 * @param queries maximum number of objects that are found
 * @param transformer the size of the transformer
 * @param position the position embedding of cells
 * @param normBetween whether the norm after the decoder also follows each of its layers
 *     (transformers' {@code auxiliary_loss})
 * @param maxDetections maximum number of objects per image
 */
public record Detr(
    int classes,
    int queries,
    DenseTransformer transformer,
    PositionEmbedding position,
    boolean normBetween,
    int maxDetections)
    implements PyramidHead<QueryBoxes> {

  private static final Init NORMAL = new Init.Normal(1);

  /**
   * @throws IllegalArgumentException if a number is not positive
   */
  public Detr {
    Require.positive("classes", classes);
    Require.positive("queries", queries);
    Require.positive("maxDetections", maxDetections);
  }

  /** Returns the head as published for COCO, whose classes are the category ids. */
  public static Detr defaults() {
    DenseTransformer published = DenseTransformer.published(Activation.RELU);
    return new Detr(91, 100, published, PositionEmbedding.SINE, false, 100);
  }

  @Override
  public Class<QueryBoxes> predictions() {
    return QueryBoxes.class;
  }

  @Override
  public QueryBoxes predict(Scope root, FeaturePyramid features, ImageBatch images) {
    int width = transformer.width();
    CellMemory cells = CellMemory.of(root, features, images, width, position);
    Tensor x = root.tap("last_hidden_state", decode(root, transformer.encode(root, cells)));
    Tensor logits = Linear.linear(root.at("class_labels_classifier"), x, classes + 1);
    Tensor boxes = PredictionMlp.ofBox(width).apply(root.at("bbox_predictor"), x).sigmoid();
    return new QueryBoxes(logits, boxes, QueryBoxes.Scoring.SOFTMAX, maxDetections);
  }

  private Tensor decode(Scope root, CellMemory memory) {
    int width = transformer.width();
    Tensor places =
        root.weight("query_position_embeddings.weight", NORMAL, queries, width).unsqueeze(0);
    DenseDecoderLayer layer =
        new DenseDecoderLayer(
            new MultiHeadAttention(transformer.decoder().heads()),
            transformer.decoderFeedForward());
    int[] shape = {memory.tokens().dim(0), queries, width};
    return new DenseDecoder(transformer.decoder().layers(), normBetween)
        .apply(root.at("decoder"), shape, (s, x, i) -> layer.apply(s, x, places, memory));
  }
}
