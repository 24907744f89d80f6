package dev.dovetail.heads.dfine;

import static dev.dovetail.graph.nn.Linear.linear;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Sampling.DeformableAttention.Method;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.QueryBoxes;
import dev.dovetail.graph.network.QueryBoxes.Scoring;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.Norms;
import dev.dovetail.graph.nn.TokenPyramid;
import dev.dovetail.heads.PyramidHead;
import dev.dovetail.heads.queries.DeformableDecoder;
import dev.dovetail.heads.queries.DeformableDecoder.State;
import dev.dovetail.heads.queries.DeformableDecoderLayer.Memory;
import dev.dovetail.heads.queries.ProposalCells;
import dev.dovetail.heads.queries.QuerySelection;
import dev.dovetail.heads.queries.QuerySelection.Ranking;
import dev.dovetail.heads.queries.QuerySelection.Selected;
import dev.dovetail.heads.queries.Stacks;
import dev.dovetail.heads.rtdetr.DecoderMaps;
import dev.dovetail.heads.rtdetr.RtDetr;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * D-FINE (Peng et al. 2024) and DEIMv2 (Huang et al. 2025): RT-DETR whose decoder refines
 * distributions of box edges. This class follows transformers' {@code DFineForObjectDetection} and
 * {@code Deimv2ForObjectDetection} and uses their parameter names.
 *
 * @param base RT-DETR's options; in a config, their keys are at the same level as the others. With
 *     DEIMv2's layers, {@code hidden} is twice the width of the feed-forward networks, and {@code
 *     activation} is used for the positions of queries. Maps are then projected only if their width
 *     differs
 * @param distribution the distribution of the distances of edges
 * @param style the model variant
 */
public record DFine(@JsonUnwrapped RtDetr base, Distribution distribution, Style style)
    implements PyramidHead<QueryBoxes> {

  static final String TRAINING = "is used in training only";

  private static final Init XAVIER = new Init.XavierUniform();

  public DFine {
    if (style.kind() == LayerKind.DEIMV2 && base.decoder().hidden() < 2) {
      throw new IllegalArgumentException("hidden is 1, expected at least 2 with DEIMv2's layers");
    }
  }

  /** Returns D-FINE-L as published for COCO. */
  public static DFine defaults() {
    return new DFine(
        new RtDetr(
            80,
            300,
            false,
            Scoring.SIGMOID,
            300,
            new DecoderMaps(256, 3, 0, 1e-5, List.of()),
            new RtDetr.Decoder(6, 8, 1024, Activation.RELU, 1e-5),
            new RtDetr.Sampling(List.of(3, 6, 3), Method.BILINEAR, 0.5, true)),
        Distribution.defaults(),
        Style.dfine());
  }

  @Override
  public int classes() {
    return base.classes();
  }

  int width() {
    return maps().width();
  }

  private DecoderMaps maps() {
    return base.maps();
  }

  private int layers() {
    return base.decoder().layers();
  }

  @Override
  public Class<QueryBoxes> predictions() {
    return QueryBoxes.class;
  }

  /**
   * {@inheritDoc}
   *
   * <p>The outputs of transformers are tapped at the root with the same names.
   */
  @Override
  public QueryBoxes predict(Scope root, FeaturePyramid features, ImageBatch images) {
    root.ignoreKeys("denoising_class_embed.weight", TRAINING);
    TokenPyramid tokens =
        TokenPyramid.ofMaps(levels(root, features.coarsest(maps().levels()).maps()));
    State start = queries(root, features, tokens);
    Scope s = root.at("decoder");
    Refinement refinement = new Refinement(s, this);
    List<State> states =
        s.run(
            () ->
                new DeformableDecoder(
                        new DFineLayer(base.decoder(), base.sampling(), style), layers())
                    .apply(s, start, refinement, new Memory(tokens, Optional.empty())));
    State end = states.get(layers() - 1);
    root.tap("last_hidden_state", end.queries());
    root.tap(
        "intermediate_hidden_states",
        Tensor.concat(0, states.stream().map(x -> x.queries().unsqueeze(0)).toList()));
    return classified(root, end, refinement);
  }

  /**
   * Projects the maps to the width of the queries and appends levels that are computed from the
   * last one.
   */
  private List<Tensor> levels(Scope root, List<Tensor> maps) {
    List<Tensor> levels = new ArrayList<>();
    Tensor last = maps.get(maps.size() - 1);
    for (int i = 0; i < maps().levels() + maps().extraLevels(); i++) {
      boolean made = i >= maps.size();
      Tensor map = made ? last : maps.get(i);
      Scope s = root.at("decoder_input_proj").at(i);
      levels.add(last.dim(1) == width() && map.dim(1) == width() ? map : projected(s, map, made));
    }
    return levels;
  }

  private Tensor projected(Scope s, Tensor map, boolean halved) {
    Conv2d conv = Conv2d.of(width(), halved ? 3 : 1).withoutBias().stride(halved ? 2 : 1);
    return s.run(() -> Norms.batchNorm(s.at(1), conv.apply(s.at(0), map), maps().normEpsilon()));
  }

  /** Selects the cells with the best scores as queries. */
  private State queries(Scope root, FeaturePyramid features, TokenPyramid tokens) {
    ProposalCells cells = ProposalCells.of(root, maps().anchorGrids(features, tokens), List.of());
    Tensor memory = cells.keep(tokens.tokens());
    Tensor described = style.encoderOutput() ? encoderOutput(root, memory) : memory;
    Tensor logits =
        root.finite("enc_outputs_class", linear(root.at("enc_score_head"), described, classes()));
    Scope box = root.at("enc_bbox_head");
    Tensor anchors = cells.logOdds(Float.MAX_VALUE);
    root.tap(
        "enc_outputs_coord_logits",
        style.boxPredictor(width()).apply(box, described).plus(anchors));
    Selected selected =
        new QuerySelection(base.queries(), Ranking.BEST_CLASS)
            .apply(
                root,
                described,
                logits,
                anchors,
                (x, anchor) -> style.boxPredictor(width()).apply(box, x).plus(anchor));
    root.tap("enc_topk_logits", selected.logits());
    root.tap("init_reference_points", selected.boxes());
    Tensor boxes = root.tap("enc_topk_bboxes", root.float32(() -> selected.boxes().sigmoid()));
    return new State(base.learnedQueries() ? learned(root, boxes) : selected.features(), boxes);
  }

  private Tensor encoderOutput(Scope root, Tensor memory) {
    Scope s = root.at("enc_output");
    return s.run(
        () ->
            Norms.layerNorm(
                s.at(1),
                linear(s.at(0), memory, width(), XAVIER, Init.zeros()),
                base.decoder().epsilon()));
  }

  private Tensor learned(Scope root, Tensor boxes) {
    return root.at("weight_embedding")
        .weight("weight", XAVIER, base.queries(), width())
        .unsqueeze(0)
        .expand(boxes.dim(0), base.queries(), width());
  }

  /**
   * Predicts the scores of the last layer. Those of other layers and their corrections are used in
   * training only.
   */
  private QueryBoxes classified(Scope root, State end, Refinement refinement) {
    Scope s = root.at("decoder");
    int last = layers() - 1;
    for (int i = 0; i < last; i++) {
      s.at("class_embed").at(i).unread("weight", TRAINING, classes(), width());
      s.at("class_embed").at(i).unread("bias", TRAINING, classes());
      distribution.unread(s.at("lqe_layers").at(i));
    }
    if (style.shareEdges()) {
      for (int i = 1; i <= last; i++) {
        s.at("bbox_embed").at(i).ignoreKeys("*", "is the same as bbox_embed.0");
      }
    }
    Tensor plain = linear(s.at("class_embed").at(last), end.queries(), classes());
    Tensor logits =
        distribution.corrected(
            s.at("lqe_layers").at(last), plain, refinement.edges(), style.predictors());
    tap(root, "intermediate_predicted_corners", refinement.edges());
    tap(root, "initial_reference_points", refinement.initial());
    if (last == 0) {
      tap(root, "intermediate_logits", plain, logits);
      tap(root, "intermediate_reference_points", refinement.initial(), end.references());
    } else {
      tap(root, "intermediate_logits", logits);
      tap(root, "intermediate_reference_points", end.references());
    }
    return new QueryBoxes(logits, end.references(), base.scoring(), base.maxDetections());
  }

  private static void tap(Scope root, String name, Tensor... layers) {
    root.tap(name, Stacks.of(List.of(layers)));
  }
}
