package dev.dovetail.adapters.vitadapter;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.dovetail.adapters.Adapter;
import dev.dovetail.adapters.interaction.BranchState;
import dev.dovetail.adapters.interaction.DeformableOptions;
import dev.dovetail.adapters.interaction.Extractor;
import dev.dovetail.adapters.interaction.FeedForward;
import dev.dovetail.adapters.interaction.InteractionStages;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.nn.Extent;
import dev.dovetail.graph.nn.MultiScaleDeformableAttention;
import dev.dovetail.graph.nn.TokenPyramid;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * ViT-Adapter (Chen et al., ICLR 2023): a convolutional branch beside a plain transformer. In each
 * stage the transformer's tokens attend to the branch, then the branch attends to them. This class
 * follows the authors' code. Its versions for detection and segmentation, over a ViT or a BEiT, use
 * the same names and differ only in {@code stageFeatures}.
 *
 * @param stemChannels channels of the convolutional stem
 * @param interactionIndexes first and last transformer block of each stage
 * @param deformable the options of the deformable attention; in a config, their keys are at the
 *     same level as the others
 * @param feedForward the options of the extractors' feed-forward layers, likewise
 * @param extraExtractors number of extractors after the last stage
 * @param initialGamma initial value of the injectors' {@code gamma}
 * @param addVitFeatures whether the transformer's features are added to the results
 * @param stageFeatures whether the features after stage i are added to result i (in the
 *     segmentation versions and {@code version='old'} of BEiT's detection version); otherwise the
 *     last ones are added to all results
 */
public record VitAdapter(
    int stemChannels,
    List<List<Integer>> interactionIndexes,
    @JsonUnwrapped DeformableOptions deformable,
    @JsonUnwrapped FeedForward feedForward,
    int extraExtractors,
    double initialGamma,
    boolean addVitFeatures,
    boolean stageFeatures)
    implements Adapter {

  /**
   * @throws IllegalArgumentException if a value is out of range or the stages are not consecutive
   */
  public VitAdapter {
    interactionIndexes =
        frame(stemChannels, interactionIndexes, addVitFeatures, stageFeatures).interactionIndexes();
    if (extraExtractors < 0) {
      throw new IllegalArgumentException(
          "ViT-Adapter: extraExtractors " + extraExtractors + " is negative");
    }
  }

  private static InteractionStages frame(
      int stemChannels, List<List<Integer>> indexes, boolean addVitFeatures, boolean perStage) {
    return new InteractionStages("ViT-Adapter", stemChannels, indexes, addVitFeatures, perStage);
  }

  /** {@return the defaults of the detection version, for 12 blocks in four stages} */
  public static VitAdapter defaults() {
    return new VitAdapter(
        64,
        InteractionStages.quarters(12),
        DeformableOptions.defaults(),
        FeedForward.defaults(),
        2,
        0,
        true,
        false);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the image's height or width is not a multiple of 32, or the
   *     backbone is not a plain one of stride 16 whose depth is that of the stages
   */
  @Override
  public FeaturePyramid apply(Scope s, Backbone backbone, Tensor image) {
    return frame(stemChannels, interactionIndexes, addVitFeatures, stageFeatures)
        .apply(s, backbone, image, this::exchange);
  }

  /** Only the blocks process the tokens before the grid (class, registers). */
  private BranchState exchange(Scope s, int i, BranchState in, UnaryOperator<Features> blocks) {
    int width = in.c().tokens().dim(2);
    MultiScaleDeformableAttention attention = deformable.layer(width);
    Injector injector = new Injector(attention, initialGamma);
    Extractor extractor = new Extractor(attention, feedForward.toBranch(width));
    int extra = i == interactionIndexes.size() - 1 ? extraExtractors : 0;

    TokenPyramid injected = injector.apply(s.at("injector"), grid(in.x()), in.c());
    Features x = blocks.apply(in.x().withGrid(injected.tokens()));
    TokenPyramid c = extractor.apply(s.at("extractor"), in.c(), grid(x));
    Scope more = s.at("extra_extractors");
    return new BranchState(x, more.fold(0, extra, c, (e, y, k) -> extractor.apply(e, y, grid(x))));
  }

  private static TokenPyramid grid(Features x) {
    return new TokenPyramid(x.grid(), List.of(new Extent(x.height(), x.width())));
  }

  /**
   * {@return a copy with other stages}
   *
   * @param value first and last transformer block of each stage
   */
  public VitAdapter withInteractionIndexes(List<List<Integer>> value) {
    return new VitAdapter(
        stemChannels,
        value,
        deformable,
        feedForward,
        extraExtractors,
        initialGamma,
        addVitFeatures,
        stageFeatures);
  }

  /**
   * {@return a copy with another deformable attention}
   *
   * @param value its options
   */
  public VitAdapter withDeformable(DeformableOptions value) {
    return new VitAdapter(
        stemChannels,
        interactionIndexes,
        value,
        feedForward,
        extraExtractors,
        initialGamma,
        addVitFeatures,
        stageFeatures);
  }

  /**
   * {@return a copy with another number of extractors after the last stage}
   *
   * @param value number of extractors
   */
  public VitAdapter withExtraExtractors(int value) {
    return new VitAdapter(
        stemChannels,
        interactionIndexes,
        deformable,
        feedForward,
        value,
        initialGamma,
        addVitFeatures,
        stageFeatures);
  }
}
