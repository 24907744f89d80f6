package dev.dovetail.adapters;

import static dev.dovetail.graph.nn.Norms.batchNorm;

import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.Stage;
import dev.dovetail.graph.Convolution;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.Resampling;
import java.util.ArrayList;
import java.util.List;

/**
 * ViT-CoMer (Xia et al., CVPR 2024): a convolutional branch beside a plain transformer; both
 * exchange features in several stages and give a pyramid at strides 4, 8, 16 and 32. Follows the
 * authors' code, of which there are several copies that differ: see {@link Flavour}.
 *
 * @param flavour which published code it follows
 * @param stemChannels channels of the convolutional stem
 * @param interactionIndexes first and last transformer block of each stage
 * @param points sampled points of the deformable attention
 * @param deformHeads heads of the deformable attention
 * @param deformRatio width of its values over the width
 * @param mrfpRatio hidden channels of MRFP over the width
 * @param ffnRatio hidden channels of the feed-forward layers over the width
 * @param ffn whether the way to the convolutional branch has feed-forward layers
 * @param toV whether features go to the transformer: one entry for all stages, or one each
 * @param toC whether features go to the convolutional branch: likewise
 * @param cnnInteraction whether the levels of the convolutional branch attend to each other:
 *     likewise
 * @param extraCtis extra blocks after the last stage
 * @param addVitFeatures whether the transformer's features are added to the results
 */
public record VitComer(
    Flavour flavour,
    int stemChannels,
    List<List<Integer>> interactionIndexes,
    int points,
    int deformHeads,
    double deformRatio,
    double mrfpRatio,
    double ffnRatio,
    boolean ffn,
    List<Boolean> toV,
    List<Boolean> toC,
    List<Boolean> cnnInteraction,
    int extraCtis,
    boolean addVitFeatures)
    implements Adapter {

  static final double EPSILON = 1e-6;

  /**
   * The copies of the authors' code. They differ in names of parameters, in which of the
   * transformer's features are added to the results, and in whether MRFP exists where unused.
   */
  public enum Flavour {
    /** The folder {@code detection}. */
    DETECTION("cti_tov", "cti_toc", "mrfp", "extra_CTIs", false, false),
    /** The folder {@code segmentation}. */
    SEGMENTATION("cti_tov", "cti_toc", "mrfp", "extra_CTIs", true, true),
    /** The branch {@code Co-DETR}, {@code version='new'}. */
    CO_DETR("injector", "extractor", "multiconv", "extra_extractors", false, true),
    /** The branch {@code Co-DETR}, {@code version='old'}. */
    CO_DETR_OLD("injector", "extractor", "multiconv", "extra_extractors", true, true);

    private final String toV;
    private final String toC;
    private final String mrfp;
    private final String extra;
    private final boolean stageFeatures;
    private final boolean mrfpAlways;

    Flavour(
        String toV,
        String toC,
        String mrfp,
        String extra,
        boolean stageFeatures,
        boolean mrfpAlways) {
      this.toV = toV;
      this.toC = toC;
      this.mrfp = mrfp;
      this.extra = extra;
      this.stageFeatures = stageFeatures;
      this.mrfpAlways = mrfpAlways;
    }

    /** The name of the part that brings features to the transformer. */
    public String toV() {
      return toV;
    }

    /** The name of the part that brings features to the convolutional branch. */
    public String toC() {
      return toC;
    }

    /** The name of the multi-receptive field feature pyramid. */
    public String mrfp() {
      return mrfp;
    }

    /** The name of the list of extra blocks. */
    public String extra() {
      return extra;
    }

    /** True if result i takes the tokens after stage i, false if all take the last ones. */
    public boolean stageFeatures() {
      return stageFeatures;
    }

    /** True if a stage that brings nothing to the transformer has an MRFP all the same. */
    public boolean mrfpAlways() {
      return mrfpAlways;
    }
  }

  /**
   * @throws IllegalArgumentException if the numbers make no model
   */
  public VitComer {
    interactionIndexes = interactionIndexes.stream().map(List::copyOf).toList();
    int stages = interactionIndexes.size();
    int next = 0;
    for (List<Integer> range : interactionIndexes) {
      if (range.size() != 2 || range.get(0) != next || range.get(1) < next) {
        throw new IllegalArgumentException(
            "VitComer: interactionIndexes "
                + interactionIndexes
                + " must be [first, last] pairs that follow each other from block 0 on");
      }
      next = range.get(1) + 1;
    }
    if (stages == 0) {
      throw new IllegalArgumentException("VitComer: interactionIndexes has no stage");
    }
    toV = List.copyOf(toV);
    toC = List.copyOf(toC);
    cnnInteraction = List.copyOf(cnnInteraction);
    requirePerStage("toV", toV, stages);
    requirePerStage("toC", toC, stages);
    requirePerStage("cnnInteraction", cnnInteraction, stages);
    if (extraCtis < 0) {
      throw new IllegalArgumentException("VitComer: extraCtis " + extraCtis + " is negative");
    }
    if (addVitFeatures && flavour.stageFeatures() && stages != 4) {
      throw new IllegalArgumentException(
          "VitComer: flavour "
              + flavour
              + " adds the features of four stages to its four results, and there are "
              + stages);
    }
  }

  private static void requirePerStage(String name, List<Boolean> given, int stages) {
    if (given.size() != 1 && given.size() != stages) {
      throw new IllegalArgumentException(
          "VitComer: "
              + name
              + " has "
              + given.size()
              + " entries; it takes one for all stages or one for each of the "
              + stages);
    }
  }

  /** Entry {@code i}, or the one that serves all stages. */
  private static boolean ofStage(List<Boolean> switches, int i) {
    return switches.get(switches.size() == 1 ? 0 : i);
  }

  /** The defaults of the detection copy, for 12 blocks in four stages. */
  public static VitComer defaults() {
    List<List<Integer>> indexes =
        List.of(List.of(0, 2), List.of(3, 5), List.of(6, 8), List.of(9, 11));
    return new VitComer(
        Flavour.DETECTION,
        64,
        indexes,
        4,
        6,
        1,
        0.5,
        0.25,
        true,
        List.of(true),
        List.of(true),
        List.of(false),
        4,
        true);
  }

  /**
   * {@inheritDoc}
   *
   * <p>The transformer's last tokens can be tapped as {@code x}: as a map [batch, width, height /
   * 16, width / 16] where they are added to the results as they are, else as tokens.
   *
   * @throws IllegalArgumentException if the image's extents are no multiples of 32, or the backbone
   *     is no plain one of stride 16 with as many blocks as the stages take
   */
  @Override
  public FeaturePyramid apply(Scope s, Backbone backbone, Tensor image) {
    int width = requirePlain(backbone).channels();
    requireWholeCells(image);
    List<Tensor> prior = s.in("spm", p -> new SpatialPrior(stemChannels, width).apply(p, image));
    Interaction.State state =
        new Interaction.State(backbone.stem(s, image), withLevels(s, prior.subList(1, 4)));
    List<Features> afterStages = new ArrayList<>();
    for (int i = 0; i < interactionIndexes.size(); i++) {
      state = stage(s, backbone, width, i, state);
      afterStages.add(state.x());
    }
    return results(s, prior.get(0), state.c(), afterStages);
  }

  private Interaction.State stage(
      Scope s, Backbone backbone, int width, int i, Interaction.State state) {
    int first = interactionIndexes.get(i).get(0);
    int last = interactionIndexes.get(i).get(1);
    Interaction interaction = interaction(width, i);
    return s.at("interactions")
        .in(i, n -> interaction.apply(n, state, x -> backbone.blocks(s, x, 0, first, last + 1)));
  }

  /** Stage {@code i} by itself, for a backbone of {@code width} channels. */
  public Interaction interaction(int width, int i) {
    return new Interaction(
        flavour,
        new MultiScaleDeformableAttention(deformHeads, points, (int) (width * deformRatio)),
        (int) (width * mrfpRatio),
        (int) (width * ffnRatio),
        ffn,
        ofStage(toV, i),
        ofStage(toC, i),
        ofStage(cnnInteraction, i),
        i == interactionIndexes.size() - 1 ? extraCtis : 0);
  }

  /** Maps at strides 8, 16 and 32 as tokens, a learned vector added to each level. */
  private static TokenPyramid withLevels(Scope s, List<Tensor> maps) {
    int width = maps.get(0).dim(1);
    Tensor embedding = s.weight("level_embed", new Init.Normal(1), maps.size(), width);
    List<Tensor> embedded = new ArrayList<>();
    for (int i = 0; i < maps.size(); i++) {
      embedded.add(maps.get(i).plus(embedding.slice(0, i, i + 1).reshape(width, 1, 1)));
    }
    return TokenPyramid.ofMaps(embedded);
  }

  private FeaturePyramid results(Scope s, Tensor c1, TokenPyramid c, List<Features> afterStages) {
    List<Tensor> maps = new ArrayList<>(c.maps());
    int width = c1.dim(1);
    Init weight = new Init.Normal((float) Math.sqrt(2.0 / (4 * width)));
    maps.add(0, c1.plus(Conv2d.upsample(s.at("up"), maps.get(0), width, 2, weight, Init.zeros())));
    Features last = afterStages.get(afterStages.size() - 1);
    s.value("x", addVitFeatures && !flavour.stageFeatures() ? last.map() : last.tokens());
    if (addVitFeatures) {
      Tensor map = last.map();
      for (int i = 0; i < 4; i++) {
        Tensor features = flavour.stageFeatures() ? afterStages.get(i).map() : map;
        maps.set(i, maps.get(i).plus(atSizeOf(maps.get(i), features)));
      }
    }
    for (int i = 0; i < 4; i++) {
      maps.set(i, batchNorm(s.at("norm" + (i + 1)), maps.get(i)));
    }
    return FeaturePyramid.from(4, maps);
  }

  private static Tensor atSizeOf(Tensor map, Tensor features) {
    return map.dim(2) < features.dim(2)
        ? features.apply(new Convolution.AveragePool(2, 2))
        : Resampling.bilinear(features, map.dim(2), map.dim(3));
  }

  private Stage requirePlain(Backbone backbone) {
    List<Stage> stages = backbone.stages();
    int blocks = interactionIndexes.get(interactionIndexes.size() - 1).get(1) + 1;
    if (stages.size() != 1 || stages.get(0).stride() != 16) {
      throw new IllegalArgumentException(
          "ViT-CoMer needs a plain backbone of stride 16, and this one has the stages " + stages);
    }
    if (stages.get(0).blocks() != blocks) {
      throw new IllegalArgumentException(
          "VitComer: interactionIndexes takes "
              + blocks
              + " blocks, and the backbone has "
              + stages.get(0).blocks());
    }
    return stages.get(0);
  }

  private static void requireWholeCells(Tensor image) {
    if (image.dim(2) % 32 != 0 || image.dim(3) % 32 != 0) {
      throw new IllegalArgumentException(
          "an image of height "
              + image.dim(2)
              + " and width "
              + image.dim(3)
              + " does not fit ViT-CoMer: both must be multiples of 32");
    }
  }
}
