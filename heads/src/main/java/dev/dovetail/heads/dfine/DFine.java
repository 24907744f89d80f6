package dev.dovetail.heads.dfine;

import static dev.dovetail.graph.nn.Linear.linear;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.QueryBoxes;
import dev.dovetail.graph.network.QueryBoxes.Scoring;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.DeformableSampling.Method;
import dev.dovetail.graph.nn.Norms;
import dev.dovetail.graph.nn.TokenPyramid;
import dev.dovetail.heads.PyramidHead;
import dev.dovetail.heads.Require;
import dev.dovetail.heads.queries.DeformableDecoder;
import dev.dovetail.heads.queries.DeformableDecoder.State;
import dev.dovetail.heads.queries.DeformableDecoderLayer.Memory;
import dev.dovetail.heads.queries.PredictionMlp;
import dev.dovetail.heads.queries.ProposalCells;
import dev.dovetail.heads.queries.QuerySelection;
import dev.dovetail.heads.queries.QuerySelection.Ranking;
import dev.dovetail.heads.queries.QuerySelection.Selected;
import dev.dovetail.heads.queries.Stacks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * D-FINE (Peng et al. 2024) and DEIMv2 (Huang et al. 2025): RT-DETR whose decoder refines
 * distributions of box edges. Follows transformers' {@code DFineForObjectDetection} and {@code
 * Deimv2ForObjectDetection}, whose parameter names it has.
 *
 * @param classes how many
 * @param queries how many cells become queries
 * @param width of the queries, a multiple of the decoder's heads
 * @param maps how many of the coarsest levels of the pyramid are used; where the decoder samples
 *     more levels, the others are made of the last
 * @param decoder its layers
 * @param distribution of the distances of edges
 * @param predictors of boxes
 * @param maxDetections how many objects of an image are kept
 */
public record DFine(
    int classes,
    int queries,
    int width,
    int maps,
    Decoder decoder,
    Distribution distribution,
    Predictors predictors,
    int maxDetections)
    implements PyramidHead<QueryBoxes> {

  static final String TRAINING = "is used in training only";

  private static final Init XAVIER = new Init.XavierUniform();

  /**
   * What predicts boxes, and of what.
   *
   * @param activation between the layers of predictors
   * @param shareEdges whether all layers have one predictor of distributions
   * @param encoderOutput whether cells go through a layer and a norm, {@code enc_output}, before
   *     they are ranked
   * @param learnedQueries whether queries start from learned features in place of the cells'
   * @param fixedPositions whether the queries' positions are those of the selected boxes in all
   *     layers
   */
  public record Predictors(
      Activation activation,
      boolean shareEdges,
      boolean encoderOutput,
      boolean learnedQueries,
      boolean fixedPositions) {

    PredictionMlp mlp(int hidden, int out) {
      return new PredictionMlp(hidden, out, 3, activation);
    }

    PredictionMlp boxes(int hidden) {
      return mlp(hidden, 4);
    }
  }

  public DFine {
    Require.positive("classes", classes);
    Require.positive("queries", queries);
    Require.positive("width", width);
    Require.positive("maps", maps);
    Require.positive("maxDetections", maxDetections);
    Require.multiple("width", width, decoder.heads(), "decoder.heads");
    int levels = decoder.sampling().points().size();
    if (levels < maps) {
      throw new IllegalArgumentException(
          "decoder.sampling.points has " + levels + " levels, expected at least maps (" + maps + ")");
    }
  }

  /** D-FINE-L and X as published for COCO. */
  public static DFine defaults() {
    return new DFine(
        80,
        300,
        256,
        3,
        new Decoder(
            6,
            8,
            1024,
            LayerKind.DFINE,
            Activation.RELU,
            true,
            new Decoder.Sampling(List.of(3, 6, 3), Method.BILINEAR, 0.5),
            1e-5),
        Distribution.defaults(),
        new Predictors(Activation.RELU, false, true, false, false),
        300);
  }

  @Override
  public Class<QueryBoxes> predictions() {
    return QueryBoxes.class;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Taps at the root what transformers returns, by its names.
   */
  @Override
  public QueryBoxes predict(Scope root, FeaturePyramid features, ImageBatch images) {
    root.ignoreKeys("denoising_class_embed.weight", TRAINING);
    TokenPyramid tokens = TokenPyramid.ofMaps(levels(root, features.coarsest(maps).maps()));
    State start = queries(root, tokens);
    Scope s = root.at("decoder");
    Refinement refinement = new Refinement(s, this);
    List<State> states =
        s.run(
            () ->
                new DeformableDecoder(decoder, decoder.layers())
                    .apply(s, start, refinement, new Memory(tokens, Optional.empty())));
    State end = states.get(decoder.layers() - 1);
    root.tap("last_hidden_state", end.queries());
    root.tap(
        "intermediate_hidden_states",
        Tensor.concat(0, states.stream().map(x -> x.queries().unsqueeze(0)).toList()));
    return classified(root, end, refinement);
  }

  /** The maps in the width of the queries, and levels that are made of the last. */
  private List<Tensor> levels(Scope root, List<Tensor> given) {
    List<Tensor> levels = new ArrayList<>();
    Tensor last = given.get(given.size() - 1);
    for (int i = 0; i < decoder.sampling().points().size(); i++) {
      boolean made = i >= given.size();
      Tensor map = made ? last : given.get(i);
      Scope s = root.at("decoder_input_proj").at(i);
      levels.add(last.dim(1) == width && map.dim(1) == width ? map : projected(s, map, made));
    }
    return levels;
  }

  private Tensor projected(Scope s, Tensor map, boolean halved) {
    Conv2d conv = Conv2d.of(width, halved ? 3 : 1).withoutBias().stride(halved ? 2 : 1);
    return s.run(() -> Norms.batchNorm(s.at(1), conv.apply(s.at(0), map)));
  }

  /** Cells that look most like objects, as queries. */
  private State queries(Scope root, TokenPyramid tokens) {
    ProposalCells cells = ProposalCells.of(root, tokens.grids(), List.of());
    Tensor memory = cells.keep(tokens.tokens());
    Tensor features = predictors.encoderOutput() ? encoderOutput(root, memory) : memory;
    Tensor logits =
        root.tap("enc_outputs_class", linear(root.at("enc_score_head"), features, classes));
    Scope box = root.at("enc_bbox_head");
    Tensor anchors = cells.logOdds(Float.MAX_VALUE);
    root.tap("enc_outputs_coord_logits", predictors.boxes(width).apply(box, features).plus(anchors));
    Selected selected =
        new QuerySelection(queries, Ranking.BEST_CLASS)
            .apply(
                root,
                features,
                logits,
                anchors,
                (x, anchor) -> predictors.boxes(width).apply(box, x).plus(anchor));
    root.tap("enc_topk_logits", selected.logits());
    root.tap("init_reference_points", selected.boxes());
    Tensor boxes = root.tap("enc_topk_bboxes", root.float32(() -> selected.boxes().sigmoid()));
    return new State(predictors.learnedQueries() ? learned(root, boxes) : selected.features(), boxes);
  }

  private Tensor encoderOutput(Scope root, Tensor memory) {
    Scope s = root.at("enc_output");
    return s.run(
        () ->
            Norms.layerNorm(
                s.at(1), linear(s.at(0), memory, width, XAVIER, Init.zeros()), decoder.epsilon()));
  }

  private Tensor learned(Scope root, Tensor boxes) {
    return root.at("weight_embedding")
        .weight("weight", XAVIER, queries, width)
        .unsqueeze(0)
        .expand(boxes.dim(0), queries, width);
  }

  /** Scores of the last layer. Those of others, and what corrects them, are for training. */
  private QueryBoxes classified(Scope root, State end, Refinement refinement) {
    Scope s = root.at("decoder");
    int last = decoder.layers() - 1;
    for (int i = 0; i < last; i++) {
      s.at("class_embed").at(i).unread("weight", TRAINING, classes, width);
      s.at("class_embed").at(i).unread("bias", TRAINING, classes);
      distribution.unread(s.at("lqe_layers").at(i));
    }
    if (predictors.shareEdges()) {
      for (int i = 1; i <= last; i++) {
        s.at("bbox_embed").at(i).ignoreKeys("*", "is the same as bbox_embed.0");
      }
    }
    Tensor plain = linear(s.at("class_embed").at(last), end.queries(), classes);
    Tensor logits =
        distribution.corrected(
            s.at("lqe_layers").at(last), plain, refinement.edges(), predictors.activation());
    tap(root, "intermediate_predicted_corners", refinement.edges());
    tap(root, "initial_reference_points", refinement.initial());
    if (last == 0) {
      tap(root, "intermediate_logits", plain, logits);
      tap(root, "intermediate_reference_points", refinement.initial(), end.references());
    } else {
      tap(root, "intermediate_logits", logits);
      tap(root, "intermediate_reference_points", end.references());
    }
    return new QueryBoxes(logits, end.references(), Scoring.SIGMOID, maxDetections);
  }

  private static void tap(Scope root, String name, Tensor... layers) {
    root.tap(name, Stacks.of(List.of(layers)));
  }
}
