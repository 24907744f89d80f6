package dev.dovetail.heads.lwdetr;

import static dev.dovetail.graph.nn.Linear.linear;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.QueryBoxes;
import dev.dovetail.graph.network.QueryBoxes.Scoring;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.graph.nn.Extent;
import dev.dovetail.graph.nn.FeedForward;
import dev.dovetail.graph.nn.MultiHeadAttention;
import dev.dovetail.graph.nn.MultiScaleDeformableAttention;
import dev.dovetail.graph.nn.Norms;
import dev.dovetail.graph.nn.PaddingMask;
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
import dev.dovetail.heads.queries.SineEncoding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The decoder of LW-DETR (Chen et al. 2024) and RF-DETR (Robinson et al. 2025) as in transformers.
 * Learned queries attend to the surroundings of the boxes of the best-scored cells. These
 * references are the same in all layers, and boxes are predicted once at the end. The corrections
 * are fractions of the reference's size, not log-odds.
 *
 * <p>The outputs of transformers' models are tapped: {@code init_reference_points}, {@code
 * intermediate_hidden_states}, {@code logits}, {@code pred_boxes}, ….
 *
 * @param classes outputs of the classifier
 * @param queries number of queries in each group
 * @param groups number of groups of queries in training (Group DETR, Chen et al. 2023); inference
 *     uses the first
 * @param levels number of maps that are sampled, the coarsest of the pyramid
 * @param decoder the layers of the decoder
 * @param maxDetections maximum number of objects per image
 */
public record LwDetr(
    int classes, int queries, int groups, int levels, Decoder decoder, int maxDetections)
    implements PyramidHead<QueryBoxes> {

  private static final double EPSILON = 1e-5;
  private static final Init XAVIER = new Init.XavierUniform();
  private static final String TRAINING = "is for a group of queries that is used in training only";

  /** The bias for an initial probability of 0.01 (Lin et al. 2017). */
  private static final Init RARE = new Init.Constant((float) -Math.log(99));

  /**
   * The layers of the decoder.
   *
   * @param layers number of layers
   * @param heads heads of the attention among queries
   * @param crossHeads heads of the attention to the maps
   * @param points number of sampling points for each head and map
   * @param feedForward channels between the linear layers
   */
  public record Decoder(
      int layers, int heads, int crossHeads, int points, int feedForward, Activation activation) {

    public Decoder {
      Require.positive("layers", layers);
      Require.positive("heads", heads);
      Require.positive("crossHeads", crossHeads);
      Require.positive("points", points);
      Require.positive("feedForward", feedForward);
    }

    private DeformableDecoder over(int width) {
      Require.multiple("the width of the maps", width, heads, "heads");
      Require.multiple("the width of the maps", width, 4, "two coordinates of two waves");
      return new DeformableDecoder(
          new DeformableDecoderLayer(
              new MultiHeadAttention(heads),
              new MultiScaleDeformableAttention(crossHeads, points, width),
              new FeedForward(feedForward, activation),
              EPSILON),
          layers);
    }
  }

  public LwDetr {
    Require.positive("classes", classes);
    Require.positive("queries", queries);
    Require.positive("groups", groups);
    Require.positive("levels", levels);
    Require.positive("maxDetections", maxDetections);
  }

  /** Returns the head as published with RF-DETR Base for COCO. */
  public static LwDetr defaults() {
    return new LwDetr(91, 300, 13, 1, new Decoder(3, 8, 16, 2, 2048, Activation.RELU), 300);
  }

  /**
   * The output of the decoder.
   *
   * @param predictions the predictions of the queries
   * @param queries after the last layer, normalized: [batch, queries, width]
   * @param proposals features of the selected cells [batch, queries, width]
   */
  record Decoded(QueryBoxes predictions, Tensor queries, Tensor proposals) {}

  @Override
  public QueryBoxes predict(Scope root, FeaturePyramid features, ImageBatch images) {
    return decode(root, features.coarsest(levels), images).predictions();
  }

  @Override
  public Class<QueryBoxes> predictions() {
    return QueryBoxes.class;
  }

  /**
   * Runs the decoder.
   *
   * @param maps maps of the same width
   * @throws IllegalArgumentException if the maps have different widths
   */
  Decoded decode(Scope root, FeaturePyramid maps, ImageBatch images) {
    int width = width(maps);
    root.tap("backbone_features", maps.map(0));
    TokenPyramid tokens = TokenPyramid.ofMaps(maps.maps());
    List<PaddingMask> padding = padding(root, tokens.grids(), images);
    Selected selected = select(root, tokens, ProposalCells.of(root, tokens.grids(), padding));
    int count = selected.index().dim(1);
    Tensor offsets = learned(root, "reference_point_embed.weight", Init.zeros(), 4, count);
    Tensor references =
        root.tap("init_reference_points", root.float32(() -> corrected(selected.boxes(), offsets)));
    Tensor content =
        learned(root, "query_feat.weight", new Init.Normal(1), width, count)
            .expand(references.dim(0), count, width);
    List<Tensor> states =
        root.in("decoder", s -> decode(s, content, references, memory(tokens, padding), padding));
    Tensor last = root.tap("last_hidden_state", states.get(states.size() - 1));
    root.tap(
        "intermediate_hidden_states",
        Tensor.concat(0, states.stream().map(x -> x.unsqueeze(0)).toList()));
    root.tap("intermediate_reference_points", references.unsqueeze(0));
    Tensor logits = linear(root.at("class_embed"), last, classes, XAVIER, RARE);
    Tensor deltas = PredictionMlp.ofBox(width).apply(root.at("bbox_embed"), last);
    Tensor boxes = root.float32(() -> corrected(references, deltas));
    root.tap("logits", logits);
    root.tap("pred_boxes", boxes);
    return new Decoded(
        new QueryBoxes(logits, boxes, Scoring.SIGMOID, maxDetections), last, selected.features());
  }

  private static int width(FeaturePyramid maps) {
    List<Integer> widths = maps.maps().stream().map(m -> m.dim(1)).distinct().toList();
    if (widths.size() > 1) {
      throw new IllegalArgumentException(
          "LW-DETR needs maps of the same width, but these have "
              + widths
              + " channels; add a neck such as 'multi-scale-projector' or 'fpn'");
    }
    return widths.get(0);
  }

  private static List<PaddingMask> padding(Scope s, List<Extent> grids, ImageBatch images) {
    List<PaddingMask> masks = new ArrayList<>();
    grids.forEach(g -> images.padding(s, g.height(), g.width()).ifPresent(masks::add));
    return masks;
  }

  private static Memory memory(TokenPyramid tokens, List<PaddingMask> padding) {
    List<Tensor> inside = padding.stream().map(PaddingMask::cells).toList();
    return new Memory(
        tokens,
        inside.isEmpty() ? Optional.empty() : Optional.of(Tensor.concat(1, inside).unsqueeze(2)));
  }

  /** Selects the best cells according to the predictors of the first group. */
  private Selected select(Scope root, TokenPyramid tokens, ProposalCells cells) {
    int width = tokens.tokens().dim(2);
    for (int g = 1; g < groups; g++) {
      declareGroup(root, g, width);
    }
    Tensor projected =
        linear(root.at("enc_output.0"), cells.keep(tokens.tokens()), width, XAVIER, Init.zeros());
    Tensor features = Norms.layerNorm(root.at("enc_output_norm.0"), projected, EPSILON);
    Tensor logits = linear(root.at("enc_out_class_embed.0"), features, classes, XAVIER, RARE);
    root.finite("enc_class", logits);
    Scope box = root.at("enc_out_bbox_embed.0");
    Selected selected =
        new QuerySelection(queries, Ranking.BEST_CLASS)
            .apply(
                root,
                features,
                ranked(root, cells, logits),
                cells.boxes(),
                (chosen, from) -> corrected(from, PredictionMlp.ofBox(width).apply(box, chosen)));
    root.tap("enc_outputs_class", Coordinates.rows(logits, selected.index()));
    root.tap("enc_outputs_coord_logits", selected.boxes());
    return selected;
  }

  /** Ranks invalid cells last. */
  private static Tensor ranked(Scope s, ProposalCells cells, Tensor logits) {
    Tensor last = s.constant(TensorData.scalar(Float.NEGATIVE_INFINITY));
    return cells.valid().map(v -> s.float32(() -> v.less(0.5).where(last, logits))).orElse(logits);
  }

  private void declareGroup(Scope root, int group, int width) {
    unread(root, "enc_output." + group, width, width);
    root.unread("enc_output_norm." + group + ".weight", TRAINING, width);
    root.unread("enc_output_norm." + group + ".bias", TRAINING, width);
    unread(root, "enc_out_class_embed." + group, classes, width);
    String box = "enc_out_bbox_embed." + group + ".layers.";
    unread(root, box + 0, width, width);
    unread(root, box + 1, width, width);
    unread(root, box + 2, 4, width);
  }

  private static void unread(Scope root, String name, int out, int in) {
    root.unread(name + ".weight", TRAINING, out, in);
    root.unread(name + ".bias", TRAINING, out);
  }

  /** Returns the first rows of a table for the queries of all groups: [1, rows, columns]. */
  private Tensor learned(Scope root, String name, Init init, int columns, int rows) {
    return root.weight(name, init, queries * groups, columns).slice(0, 0, rows).unsqueeze(0);
  }

  /** Returns the normalized queries after each layer. */
  private List<Tensor> decode(
      Scope s, Tensor content, Tensor references, Memory memory, List<PaddingMask> padding) {
    int width = content.dim(2);
    Tensor around = s.float32(() -> onMaps(references, padding));
    Tensor position =
        s.in(
            "ref_point_head",
            p -> {
              Tensor waves = p.float32(() -> SineEncoding.of(around.select(2, 0), width / 2));
              return new PredictionMlp(width, width, 2).apply(p, waves);
            });
    List<State> states =
        decoder
            .over(width)
            .apply(s, new State(content, references), new Fixed(position, around), memory);
    return states.stream()
        .map(state -> Norms.layerNorm(s.at("layernorm"), state.queries(), EPSILON))
        .toList();
  }

  /** Returns the references in fractions of each padded map: [batch, queries, levels or 1, 4]. */
  private static Tensor onMaps(Tensor references, List<PaddingMask> padding) {
    Tensor each = references.unsqueeze(2);
    if (padding.isEmpty()) {
      return each;
    }
    List<Tensor> ratios =
        padding.stream()
            .map(PaddingMask::validRatio)
            .map(r -> Tensor.concat(1, r, r).unsqueeze(1).unsqueeze(1))
            .toList();
    return each.times(Tensor.concat(2, ratios));
  }

  /** References that are not refined. */
  private record Fixed(Tensor place, Tensor onMaps) implements DeformableDecoder.Refinement {
    @Override
    public Tensor position(Tensor references) {
      return place;
    }

    @Override
    public ReferencePoints around(Tensor references) {
      return new ReferencePoints.Boxes(onMaps);
    }

    @Override
    public Tensor refined(int layer, Tensor x, Tensor references) {
      return references;
    }
  }

  /** Offsets boxes by fractions of their size and scales them exponentially: [batch, n, 4] each. */
  private static Tensor corrected(Tensor boxes, Tensor deltas) {
    Tensor size = boxes.slice(2, 2, 4);
    return Tensor.concat(
        2,
        deltas.slice(2, 0, 2).times(size).plus(boxes.slice(2, 0, 2)),
        deltas.slice(2, 2, 4).exp().times(size));
  }
}
