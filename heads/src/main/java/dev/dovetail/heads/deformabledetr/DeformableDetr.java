package dev.dovetail.heads.deformabledetr;

import static dev.dovetail.graph.nn.Linear.linear;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.QueryBoxes;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.graph.nn.Norms;
import dev.dovetail.graph.nn.ReferencePoints;
import dev.dovetail.graph.nn.TokenPyramid;
import dev.dovetail.heads.PyramidHead;
import dev.dovetail.heads.Require;
import dev.dovetail.heads.deformabledetr.EncoderMaps.Tokens;
import dev.dovetail.heads.queries.Coordinates;
import dev.dovetail.heads.queries.DeformableDecoder;
import dev.dovetail.heads.queries.DeformableDecoder.State;
import dev.dovetail.heads.queries.DeformableDecoderLayer.Memory;
import dev.dovetail.heads.queries.PositionEmbedding;
import dev.dovetail.heads.queries.PredictionMlp;
import dev.dovetail.heads.queries.ProposalCells;
import dev.dovetail.heads.queries.QuerySelection;
import dev.dovetail.heads.queries.QuerySelection.Ranking;
import dev.dovetail.heads.queries.QuerySelection.Selected;
import dev.dovetail.heads.queries.SineEncoding;
import dev.dovetail.heads.queries.Stacks;
import java.util.List;
import java.util.Optional;

/**
 * Deformable DETR (Zhu et al. 2021): an encoder with deformable attention over all maps and a
 * decoder whose queries sample them. Parameters and taps have the names of transformers; {@code
 * class_embed.0} predicts the classes or, if the encoder proposes boxes, {@code
 * class_embed.LAYERS-1}.
 *
 * @param classes outputs of the classifier
 * @param queries number of boxes
 * @param boxRefine whether each layer refines the boxes of the previous one (appendix A.4)
 * @param twoStage whether the encoder proposes the initial boxes (appendix A.4)
 * @param maxDetections maximum number of objects per image
 * @param maps the maps that the encoder reads; in a config, their keys are at the same level as the
 *     others
 * @param encoder the layers of the encoder
 * @param decoder the layers of the decoder
 */
public record DeformableDetr(
    int classes,
    int queries,
    boolean boxRefine,
    boolean twoStage,
    int maxDetections,
    @JsonUnwrapped EncoderMaps maps,
    Layers encoder,
    Layers decoder)
    implements PyramidHead<QueryBoxes> {

  private static final Init XAVIER = new Init.XavierUniform();

  public DeformableDetr {
    Require.positive("classes", classes);
    Require.positive("queries", queries);
    Require.positive("maxDetections", maxDetections);
    Require.positive("decoder.layers", decoder.layers());
    Require.multiple("width", maps.width(), encoder.heads(), "encoder.heads");
    Require.multiple("width", maps.width(), decoder.heads(), "decoder.heads");
    if (twoStage && !boxRefine) {
      throw new IllegalArgumentException("twoStage is true but boxRefine is false, expected true");
    }
  }

  /** Returns the head as published for COCO with a ResNet-50: one stage without refinement. */
  public static DeformableDetr defaults() {
    Layers layers = new Layers(6, 8, 4, 1024, Activation.RELU);
    EncoderMaps maps = new EncoderMaps(256, 3, 1, PositionEmbedding.SINE);
    return new DeformableDetr(91, 300, false, false, 100, maps, layers, layers);
  }

  @Override
  public Class<QueryBoxes> predictions() {
    return QueryBoxes.class;
  }

  /**
   * The initial state of the decoder: position embeddings [batch or 1, queries, width] and boxes or
   * points.
   */
  private record Start(Tensor position, State state) {}

  /** {@inheritDoc} Taps the outputs of transformers' {@code DeformableDetrForObjectDetection}. */
  @Override
  public QueryBoxes predict(Scope root, FeaturePyramid features, ImageBatch images) {
    if (!boxRefine) {
      root.ignoreKeys("bbox_embed.*", "is the same for all layers since boxes are not refined");
    }
    for (int i = 0; twoStage && i < decoder.layers() - 1; i++) {
      root.ignoreKeys("class_embed." + i + ".*", "only the last layer's classes are used");
    }
    return root.run(
        () -> {
          Tokens in = maps.tokens(root, features, images);
          TokenPyramid memory = encoder.encode(root.at("encoder"), in);
          root.tap("encoder_last_hidden_state", memory.tokens());
          Start start = twoStage ? proposed(root, memory, in) : learned(root, memory);
          root.tap("init_reference_points", start.state().references());
          return decode(root, start, new Memory(memory, in.inside()), in.ratios());
        });
  }

  private Start learned(Scope root, TokenPyramid memory) {
    int width = maps.width();
    int batch = memory.tokens().dim(0);
    Init init = new Init.Normal(1);
    Tensor embedding =
        root.weight("query_position_embeddings.weight", init, queries, 2 * width).unsqueeze(0);
    Tensor position = embedding.slice(2, 0, width);
    Tensor points = linear(root.at("reference_points"), position, 2, XAVIER, Init.zeros());
    Tensor references = root.float32(points::sigmoid).expand(batch, queries, 2);
    Tensor content = embedding.slice(2, width, 2 * width).expand(batch, queries, width);
    return new Start(position, new State(content, references));
  }

  private Start proposed(Scope root, TokenPyramid memory, Tokens in) {
    int width = maps.width();
    ProposalCells cells = ProposalCells.of(root, memory.grids(), in.padding());
    Tensor anchors = cells.logOdds(Float.POSITIVE_INFINITY);
    Tensor mapped =
        linear(root.at("enc_output"), cells.keep(memory.tokens()), width, XAVIER, Init.zeros());
    Tensor features = norm(root.at("enc_output_norm"), mapped);
    int last = decoder.layers();
    Tensor logits = root.finite("enc_outputs_class", scores(root, last, features));
    root.tap("enc_outputs_coord_logits", delta(root, last, features).plus(anchors));
    Selected selected =
        new QuerySelection(queries, Ranking.FIRST_CLASS)
            .apply(root, features, logits, anchors, (x, from) -> delta(root, last, x).plus(from));
    Tensor boxes = root.float32(() -> selected.boxes().sigmoid());
    Tensor waves = root.float32(() -> SineEncoding.inOrder(boxes, width / 2));
    Tensor both =
        norm(
            root.at("pos_trans_norm"),
            linear(root.at("pos_trans"), waves, 2 * width, XAVIER, Init.zeros()));
    return new Start(both.slice(2, 0, width), new State(both.slice(2, width, 2 * width), boxes));
  }

  private static Tensor norm(Scope s, Tensor x) {
    return Norms.layerNorm(s, x, 1e-5);
  }

  /** Predicts scores whose initial value is 0.01 (Lin et al. 2017, section 4.1). */
  private Tensor scores(Scope root, int index, Tensor x) {
    Init bias = new Init.Constant((float) -Math.log(0.99 / 0.01));
    return linear(root.at("class_embed").at(index), x, classes, XAVIER, bias);
  }

  private Tensor delta(Scope root, int index, Tensor x) {
    return PredictionMlp.ofBox(maps.width()).apply(root.at("bbox_embed").at(index), x);
  }

  /** Predicts boxes of queries from references, which are boxes or points (center only). */
  private Tensor boxes(Scope root, int index, Tensor x, Tensor references) {
    Tensor delta = delta(root, index, x);
    return root.float32(
        () -> {
          Tensor from = Coordinates.inverseSigmoid(references);
          Tensor odds =
              references.dim(2) == 4
                  ? delta.plus(from)
                  : Tensor.concat(2, delta.slice(2, 0, 2).plus(from), delta.slice(2, 2, 4));
          return odds.sigmoid();
        });
  }

  private QueryBoxes decode(Scope root, Start start, Memory memory, Optional<Tensor> ratios) {
    List<State> states =
        new DeformableDecoder(decoder.ofDecoder(maps.width()), decoder.layers())
            .apply(
                root.at("decoder"),
                start.state(),
                new EachLayer(root, start.position(), ratios),
                memory);
    Stacks.tap(root, states);
    State last = states.get(states.size() - 1);
    Tensor boxes =
        boxRefine ? last.references() : boxes(root, 0, last.queries(), last.references());
    int index = twoStage ? decoder.layers() - 1 : 0;
    return new QueryBoxes(
        scores(root, index, last.queries()), boxes, QueryBoxes.Scoring.SIGMOID, maxDetections);
  }

  /** Positions are constant; references are updated if boxes are refined. */
  private final class EachLayer implements DeformableDecoder.Refinement {

    private final Scope root;
    private final Tensor position;
    private final Optional<Tensor> ratios;

    EachLayer(Scope root, Tensor position, Optional<Tensor> ratios) {
      this.root = root;
      this.position = position;
      this.ratios = ratios;
    }

    @Override
    public Tensor position(Tensor references) {
      return position;
    }

    /** Converts fractions of images to fractions of padded maps. */
    @Override
    public ReferencePoints around(Tensor references) {
      Tensor each = references.unsqueeze(2);
      if (references.dim(2) == 2) {
        return new ReferencePoints.Points(ratios.map(each::times).orElse(each));
      }
      return new ReferencePoints.Boxes(
          ratios.map(r -> each.times(Tensor.concat(3, r, r))).orElse(each));
    }

    @Override
    public Tensor refined(int layer, Tensor x, Tensor references) {
      return boxRefine ? boxes(root, layer, x, references) : references;
    }
  }
}
