package dev.dovetail.adapters.vitcomer;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.dovetail.adapters.Adapter;
import dev.dovetail.adapters.interaction.BranchState;
import dev.dovetail.adapters.interaction.DeformableOptions;
import dev.dovetail.adapters.interaction.FeedForward;
import dev.dovetail.adapters.interaction.InteractionStages;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.nn.MultiScaleDeformableAttention;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * ViT-CoMer (Xia et al., CVPR 2024): a convolutional branch beside a plain transformer; both
 * exchange features in several stages and produce a pyramid at strides 4, 8, 16 and 32. This class
 * follows the authors' code, which exists in several versions; see {@link Flavour}.
 *
 * @param flavour the version of the authors' code
 * @param stemChannels channels of the convolutional stem
 * @param interactionIndexes first and last transformer block of each stage
 * @param deformable the options of the deformable attention; in a config, their keys are at the
 *     same level as the others
 * @param mrfpRatio ratio of the hidden channels of MRFP to the width
 * @param feedForward the options of the feed-forward layers, likewise
 * @param exchanges the exchanges between the branches in each stage, likewise
 * @param addVitFeatures whether the transformer's features are added to the results
 */
public record VitComer(
    Flavour flavour,
    int stemChannels,
    List<List<Integer>> interactionIndexes,
    @JsonUnwrapped DeformableOptions deformable,
    double mrfpRatio,
    @JsonUnwrapped FeedForward feedForward,
    @JsonUnwrapped Exchanges exchanges,
    boolean addVitFeatures)
    implements Adapter {

  /** The versions of the authors' code, which compute different numbers. */
  public enum Flavour {
    /** The directory {@code detection}. */
    DETECTION(false, false),
    /** The directory {@code segmentation}. */
    SEGMENTATION(true, true),
    /** The branch {@code Co-DETR}, {@code version='new'}. */
    CO_DETR(false, true),
    /** The branch {@code Co-DETR}, {@code version='old'}. */
    CO_DETR_OLD(true, true);

    private final boolean stageFeatures;
    private final boolean mrfpEverywhere;

    Flavour(boolean stageFeatures, boolean mrfpEverywhere) {
      this.stageFeatures = stageFeatures;
      this.mrfpEverywhere = mrfpEverywhere;
    }

    /**
     * {@return whether the tokens after stage i are added to result i; otherwise the last ones are
     * added to all results}
     */
    public boolean stageFeatures() {
      return stageFeatures;
    }

    /** {@return whether a stage has an MRFP even if no features go to the transformer} */
    public boolean mrfpEverywhere() {
      return mrfpEverywhere;
    }
  }

  /**
   * @throws IllegalArgumentException if a value is out of range, the stages are not consecutive, or
   *     a list of switches has neither one element nor one for each stage
   */
  public VitComer {
    InteractionStages frame = frame(flavour, stemChannels, interactionIndexes, addVitFeatures);
    interactionIndexes = frame.interactionIndexes();
    exchanges.requireFor(frame.stages());
  }

  private static InteractionStages frame(
      Flavour flavour, int stemChannels, List<List<Integer>> indexes, boolean addVitFeatures) {
    return new InteractionStages(
        "ViT-CoMer", stemChannels, indexes, addVitFeatures, flavour.stageFeatures());
  }

  /** {@return the defaults of the detection version, for 12 blocks in four stages} */
  public static VitComer defaults() {
    return new VitComer(
        Flavour.DETECTION,
        64,
        InteractionStages.quarters(12),
        DeformableOptions.defaults(),
        0.5,
        FeedForward.defaults(),
        Exchanges.defaults(),
        true);
  }

  /**
   * {@inheritDoc}
   *
   * <p>The transformer's last tokens are tapped as {@code x}: as a map [batch, width, height / 16,
   * width / 16] if they are added to the results without resampling, otherwise as tokens.
   *
   * @throws IllegalArgumentException if the image's height or width is not a multiple of 32, or the
   *     backbone is not a plain one of stride 16 whose depth is that of the stages
   */
  @Override
  public FeaturePyramid apply(Scope s, Backbone backbone, Tensor image) {
    return frame(flavour, stemChannels, interactionIndexes, addVitFeatures)
        .apply(s, backbone, image, this::exchange);
  }

  private BranchState exchange(Scope s, int i, BranchState in, UnaryOperator<Features> blocks) {
    int width = in.c().tokens().dim(2);
    Interaction interaction = interaction(width, i);
    if (flavour.mrfpEverywhere() && !interaction.toV()) {
      new Mrfp(interaction.mrfpHidden())
          .declareUnread(s.at("mrfp"), width, "no features go to the transformer in this stage");
    }
    return interaction.apply(s, in, blocks);
  }

  /**
   * {@return a single stage for a backbone of {@code width} channels}
   *
   * @param width channels of the backbone
   * @param i index of the stage, counted from 0
   */
  public Interaction interaction(int width, int i) {
    MultiScaleDeformableAttention attention = deformable.layer(width);
    boolean last = i == interactionIndexes.size() - 1;
    return new Interaction(
        Exchanges.in(i, exchanges.toV()),
        Exchanges.in(i, exchanges.toC()),
        (int) (width * mrfpRatio),
        new CtiToV(attention, feedForward.toTransformer(width)),
        new CtiToC(
            attention, feedForward.toBranch(width), Exchanges.in(i, exchanges.cnnInteraction())),
        last ? exchanges.extraCtis() : 0);
  }

  /**
   * {@return a copy that follows another version of the code}
   *
   * @param value the version
   */
  public VitComer withFlavour(Flavour value) {
    return new VitComer(
        value,
        stemChannels,
        interactionIndexes,
        deformable,
        mrfpRatio,
        feedForward,
        exchanges,
        addVitFeatures);
  }

  /**
   * {@return a copy with other stages}
   *
   * @param value first and last transformer block of each stage
   */
  public VitComer withInteractionIndexes(List<List<Integer>> value) {
    return new VitComer(
        flavour,
        stemChannels,
        value,
        deformable,
        mrfpRatio,
        feedForward,
        exchanges,
        addVitFeatures);
  }

  /**
   * {@return a copy with another deformable attention}
   *
   * @param value its options
   */
  public VitComer withDeformable(DeformableOptions value) {
    return new VitComer(
        flavour,
        stemChannels,
        interactionIndexes,
        value,
        mrfpRatio,
        feedForward,
        exchanges,
        addVitFeatures);
  }

  /**
   * {@return a copy with MRFP of another width}
   *
   * @param value ratio of its hidden channels to the width
   */
  public VitComer withMrfpRatio(double value) {
    return new VitComer(
        flavour,
        stemChannels,
        interactionIndexes,
        deformable,
        value,
        feedForward,
        exchanges,
        addVitFeatures);
  }

  /**
   * {@return a copy with other exchanges}
   *
   * @param value the exchanges in each stage
   */
  public VitComer withExchanges(Exchanges value) {
    return new VitComer(
        flavour,
        stemChannels,
        interactionIndexes,
        deformable,
        mrfpRatio,
        feedForward,
        value,
        addVitFeatures);
  }
}
