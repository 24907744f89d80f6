package dev.dovetail.adapters;

import dev.dovetail.backbones.Backbone;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
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

    /** {@return the name of the part that brings features to the transformer} */
    public String toV() {
      return toV;
    }

    /** {@return the name of the part that brings features to the convolutional branch} */
    public String toC() {
      return toC;
    }

    /** {@return the name of the multi-receptive field feature pyramid} */
    public String mrfp() {
      return mrfp;
    }

    /** {@return the name of the list of extra blocks} */
    public String extra() {
      return extra;
    }

    /**
     * {@return true if result i takes the tokens after stage i, false if all take the last ones}
     */
    public boolean stageFeatures() {
      return stageFeatures;
    }

    /** {@return true if a stage that brings nothing to the transformer has an MRFP all the same} */
    public boolean mrfpAlways() {
      return mrfpAlways;
    }
  }

  /**
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
   * @throws IllegalArgumentException if the numbers make no model
   */
  public VitComer {
    InteractionStages frame = frame(flavour, stemChannels, interactionIndexes, addVitFeatures);
    interactionIndexes = frame.interactionIndexes();
    int stages = frame.stages();
    toV = List.copyOf(toV);
    toC = List.copyOf(toC);
    cnnInteraction = List.copyOf(cnnInteraction);
    requirePerStage("toV", toV, stages);
    requirePerStage("toC", toC, stages);
    requirePerStage("cnnInteraction", cnnInteraction, stages);
    if (extraCtis < 0) {
      throw new IllegalArgumentException("ViT-CoMer: extraCtis " + extraCtis + " is negative");
    }
  }

  private static InteractionStages frame(
      Flavour flavour,
      int stemChannels,
      List<List<Integer>> interactionIndexes,
      boolean addVitFeatures) {
    return new InteractionStages(
        "ViT-CoMer", stemChannels, interactionIndexes, addVitFeatures, flavour.stageFeatures());
  }

  private static void requirePerStage(String name, List<Boolean> given, int stages) {
    if (given.size() != 1 && given.size() != stages) {
      throw new IllegalArgumentException(
          "ViT-CoMer: "
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

  /**
   * The defaults of the detection copy, for 12 blocks in four stages.
   *
   * @return the usual adapter
   */
  public static VitComer defaults() {
    return new VitComer(
        Flavour.DETECTION,
        64,
        InteractionStages.quartersOfTwelve(),
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
   *     is not a plain one of stride 16 with as many blocks as the stages take
   */
  @Override
  public FeaturePyramid apply(Scope s, Backbone backbone, Tensor image) {
    int width = backbone.stages().get(0).channels();
    return frame(flavour, stemChannels, interactionIndexes, addVitFeatures)
        .apply(
            s, backbone, image, (n, i, in, blocks) -> interaction(width, i).apply(n, in, blocks));
  }

  /**
   * {@return stage {@code i} by itself, for a backbone of {@code width} channels}
   *
   * @param width channels of the backbone
   * @param i counted from 0
   */
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
}
