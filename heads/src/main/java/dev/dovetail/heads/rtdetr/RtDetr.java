package dev.dovetail.heads.rtdetr;

import static dev.dovetail.graph.nn.Linear.linear;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Sampling.DeformableAttention.Method;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.QueryBoxes;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.graph.nn.DeformableSampling;
import dev.dovetail.graph.nn.Extent;
import dev.dovetail.graph.nn.FeedForward;
import dev.dovetail.graph.nn.MultiHeadAttention;
import dev.dovetail.graph.nn.MultiScaleDeformableAttention;
import dev.dovetail.graph.nn.Norms;
import dev.dovetail.graph.nn.ReferencePoints;
import dev.dovetail.graph.nn.TokenPyramid;
import dev.dovetail.heads.PyramidHead;
import dev.dovetail.heads.Require;
import dev.dovetail.heads.queries.Coordinates;
import dev.dovetail.heads.queries.DeformableDecoder;
import dev.dovetail.heads.queries.DeformableDecoder.State;
import dev.dovetail.heads.queries.DeformableDecoderLayer;
import dev.dovetail.heads.queries.DeformableDecoderLayer.Memory;
import dev.dovetail.heads.queries.PredictionMlp;
import dev.dovetail.heads.queries.ProposalCells;
import dev.dovetail.heads.queries.QuerySelection;
import dev.dovetail.heads.queries.QuerySelection.Ranking;
import dev.dovetail.heads.queries.QuerySelection.Selected;
import dev.dovetail.heads.queries.Stacks;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The decoder of RT-DETR (Zhao et al. 2024) and RT-DETRv2 (Lv et al. 2024): the cells with the best
 * scores become queries, and each layer refines their boxes. Parameters and taps have the names of
 * transformers.
 *
 * @param classes outputs of the classifier
 * @param queries number of boxes
 * @param learnedQueries whether queries are initialized with learned values instead of those of
 *     their cells
 * @param scoring the conversion of logits to scores; with {@code softmax} the last class is "no
 *     object"
 * @param maxDetections maximum number of objects per image
 * @param maps the maps that the decoder attends to; in a config, their keys are at the same level
 *     as the others
 * @param decoder the layers of the decoder, likewise
 * @param sampling the sampling of the maps, likewise
 */
public record RtDetr(
    int classes,
    int queries,
    boolean learnedQueries,
    QueryBoxes.Scoring scoring,
    int maxDetections,
    @JsonUnwrapped DecoderMaps maps,
    @JsonUnwrapped Decoder decoder,
    @JsonUnwrapped Sampling sampling)
    implements PyramidHead<QueryBoxes> {

  private static final Init XAVIER = new Init.XavierUniform();

  public RtDetr {
    Require.positive("classes", classes);
    Require.positive("queries", queries);
    Require.positive("maxDetections", maxDetections);
    Require.multiple("width", maps.width(), decoder.heads(), "heads");
    List<Integer> points = sampling.points();
    if (points.size() != 1 && points.size() != maps.count()) {
      throw new IllegalArgumentException(
          "points is "
              + points
              + ", expected one number, or one for each of the "
              + maps.count()
              + " levels");
    }
  }

  /** Returns the head as published for COCO with a backbone of 50 or 101 layers. */
  public static RtDetr defaults() {
    return new RtDetr(
        80,
        300,
        false,
        QueryBoxes.Scoring.SIGMOID,
        300,
        new DecoderMaps(256, 3, 0, 1e-5, List.of()),
        new Decoder(6, 8, 1024, Activation.RELU, 1e-5),
        new Sampling(List.of(4), Method.BILINEAR, 0.5, false));
  }

  /**
   * The layers of the decoder.
   *
   * @param layers number of layers
   * @param heads heads of all attentions
   * @param hidden width of the feed-forward networks
   * @param activation activation of the feed-forward networks
   * @param epsilon epsilon of the norms
   */
  public record Decoder(int layers, int heads, int hidden, Activation activation, double epsilon) {

    public Decoder {
      Require.positive("layers", layers);
      Require.positive("heads", heads);
      Require.positive("hidden", hidden);
    }
  }

  /**
   * The sampling of the maps.
   *
   * @param points number of sampling points for each head: one number for all levels or one for
   *     each
   * @param method interpolation between cells: {@code bilinear}, or RT-DETRv2's {@code discrete}
   * @param offsetScale scale of the sampling offsets as a fraction of a box; 0.5 is its edge
   * @param storedShares whether checkpoints contain {@code num_points_scale}, as RT-DETRv2's do
   */
  public record Sampling(
      List<Integer> points, Method method, double offsetScale, boolean storedShares) {

    public Sampling {
      points = List.copyOf(points);
      if (points.isEmpty()) {
        throw new IllegalArgumentException("points is empty, expected at least one number");
      }
      points.forEach(p -> Require.positive("points", p));
    }
  }

  private DeformableDecoderLayer layer() {
    DeformableSampling points =
        new DeformableSampling(
            decoder.heads(),
            sampling.points(),
            sampling.method(),
            sampling.offsetScale(),
            sampling.storedShares());
    return new DeformableDecoderLayer(
        new MultiHeadAttention(decoder.heads()),
        new MultiScaleDeformableAttention(points, maps.width()),
        new FeedForward(decoder.hidden(), decoder.activation()),
        decoder.epsilon());
  }

  @Override
  public Class<QueryBoxes> predictions() {
    return QueryBoxes.class;
  }

  /** {@inheritDoc} Taps the outputs of transformers' {@code RTDetrForObjectDetection}. */
  @Override
  public QueryBoxes predict(Scope root, FeaturePyramid features, ImageBatch images) {
    root.ignoreKeys(
        "denoising_class_embed.*", "labels of noisy boxes, which are used in training only");
    return root.run(
        () -> {
          TokenPyramid memory = maps.tokens(root.at("decoder_input_proj"), features);
          Selected selected = select(root, memory, maps.anchorGrids(features, memory));
          Tensor references = root.tap("init_reference_points", selected.boxes());
          root.tap("enc_topk_bboxes", references.sigmoid());
          root.tap("enc_topk_logits", selected.logits());
          Tensor start = learnedQueries ? learned(root, memory) : selected.features();
          State first = new State(start, root.float32(references::sigmoid));
          return decode(root.at("decoder"), root, first, memory);
        });
  }

  private Tensor learned(Scope root, TokenPyramid memory) {
    return root.weight("weight_embedding.weight", XAVIER, queries, maps.width())
        .unsqueeze(0)
        .expand(memory.tokens().dim(0), queries, maps.width());
  }

  /** Selects the best cells; their boxes are log-odds. */
  private Selected select(Scope root, TokenPyramid memory, List<Extent> grids) {
    ProposalCells cells = ProposalCells.of(root, grids, List.of());
    Tensor anchors = cells.logOdds(Float.MAX_VALUE);
    Scope output = root.at("enc_output");
    Tensor mapped =
        linear(output.at(0), cells.keep(memory.tokens()), maps.width(), XAVIER, Init.zeros());
    Tensor features = Norms.layerNorm(output.at(1), mapped, decoder.epsilon());
    Tensor logits = root.finite("enc_outputs_class", scores(root.at("enc_score_head"), features));
    root.tap("enc_outputs_coord_logits", boxes(root, features, anchors));
    return new QuerySelection(queries, Ranking.BEST_CLASS)
        .apply(root, features, logits, anchors, (x, from) -> boxes(root, x, from));
  }

  private Tensor boxes(Scope root, Tensor features, Tensor anchors) {
    PredictionMlp mlp = PredictionMlp.ofBox(maps.width());
    return mlp.apply(root.at("enc_bbox_head"), features).plus(anchors);
  }

  /** Predicts scores whose initial value is about 1 / classes (Lin et al. 2017, section 4.1). */
  private Tensor scores(Scope s, Tensor x) {
    return linear(s, x, classes, XAVIER, new Init.Constant((float) -Math.log(classes)));
  }

  private QueryBoxes decode(Scope s, Scope root, State first, TokenPyramid memory) {
    List<State> states =
        new DeformableDecoder(layer(), decoder.layers())
            .apply(s, first, new EachLayer(s), new Memory(memory, Optional.empty()));
    Stacks.tap(root, states);
    List<Tensor> logits =
        IntStream.range(0, states.size())
            .mapToObj(i -> scores(s.at("class_embed").at(i), states.get(i).queries()))
            .toList();
    root.tap("intermediate_logits", Stacks.of(logits));
    State last = states.get(states.size() - 1);
    return new QueryBoxes(logits.get(logits.size() - 1), last.references(), scoring, maxDetections);
  }

  /** Each layer refines the boxes of the previous one; positions are computed from the boxes. */
  private final class EachLayer implements DeformableDecoder.Refinement {

    private final Scope s;

    EachLayer(Scope s) {
      this.s = s;
    }

    @Override
    public Tensor position(Tensor references) {
      int width = maps.width();
      return new PredictionMlp(2 * width, width, 2).apply(s.at("query_pos_head"), references);
    }

    @Override
    public ReferencePoints around(Tensor references) {
      return new ReferencePoints.Boxes(references.unsqueeze(2));
    }

    @Override
    public Tensor refined(int layer, Tensor x, Tensor references) {
      Tensor delta = PredictionMlp.ofBox(maps.width()).apply(s.at("bbox_embed").at(layer), x);
      return s.float32(() -> delta.plus(Coordinates.inverseSigmoid(references)).sigmoid());
    }
  }
}
