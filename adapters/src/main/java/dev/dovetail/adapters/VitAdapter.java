package dev.dovetail.adapters;

import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * ViT-Adapter (Chen et al., ICLR 2023): a convolutional branch beside a plain transformer. In each
 * stage the transformer's tokens attend to the branch, then the branch attends to them. Follows the
 * authors' code; its copies for detection and segmentation, over a ViT or a BEiT, have the same
 * names and differ in {@code stageFeatures} alone.
 *
 * @param stemChannels channels of the convolutional stem
 * @param interactionIndexes first and last transformer block of each stage
 * @param points sampled points of the deformable attention
 * @param deformHeads heads of the deformable attention
 * @param deformRatio width of its values over the width
 * @param ffnRatio hidden channels of the extractors' feed-forward layers over the width
 * @param ffn whether the extractors have feed-forward layers
 * @param extraExtractors extractors after the last stage
 * @param initialGamma what the injectors' {@code gamma} is before training
 * @param addVitFeatures whether the transformer's features are added to the results
 * @param stageFeatures whether result i takes those after stage i (the segmentation copies, and
 *     {@code version='old'} of BEiT's detection copy); if not, all take the last ones
 */
public record VitAdapter(
    int stemChannels,
    List<List<Integer>> interactionIndexes,
    int points,
    int deformHeads,
    double deformRatio,
    double ffnRatio,
    boolean ffn,
    int extraExtractors,
    double initialGamma,
    boolean addVitFeatures,
    boolean stageFeatures)
    implements Adapter {

  /**
   * @param stemChannels channels of the convolutional stem
   * @param interactionIndexes first and last transformer block of each stage
   * @param points sampled points of the deformable attention
   * @param deformHeads heads of the deformable attention
   * @param deformRatio width of its values over the width
   * @param ffnRatio hidden channels of the extractors' feed-forward layers over the width
   * @param ffn whether the extractors have feed-forward layers
   * @param extraExtractors extractors after the last stage
   * @param initialGamma what the injectors' {@code gamma} is before training
   * @param addVitFeatures whether the transformer's features are added to the results
   * @param stageFeatures whether result i takes those after stage i (the segmentation copies, and
   *     {@code version='old'} of BEiT's detection copy); if not, all take the last ones
   * @throws IllegalArgumentException if the numbers make no model
   */
  public VitAdapter {
    InteractionStages frame =
        frame(stemChannels, interactionIndexes, addVitFeatures, stageFeatures);
    interactionIndexes = frame.interactionIndexes();
    if (extraExtractors < 0) {
      throw new IllegalArgumentException(
          "ViT-Adapter: extraExtractors " + extraExtractors + " is negative");
    }
  }

  private static InteractionStages frame(
      int stemChannels,
      List<List<Integer>> interactionIndexes,
      boolean addVitFeatures,
      boolean stageFeatures) {
    return new InteractionStages(
        "ViT-Adapter", stemChannels, interactionIndexes, addVitFeatures, stageFeatures);
  }

  /**
   * The defaults of the detection copy, for 12 blocks in four stages.
   *
   * @return the usual adapter
   */
  public static VitAdapter defaults() {
    return new VitAdapter(
        64, InteractionStages.quartersOfTwelve(), 4, 6, 1, 0.25, true, 2, 0, true, false);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the image's extents are no multiples of 32, or the backbone
   *     is not a plain one of stride 16 with as many blocks as the stages take
   */
  @Override
  public FeaturePyramid apply(Scope s, Backbone backbone, Tensor image) {
    return frame(stemChannels, interactionIndexes, addVitFeatures, stageFeatures)
        .apply(s, backbone, image, this::exchange);
  }

  /** Tokens before the grid (class, registers) take part in the blocks alone. */
  private BranchState exchange(Scope s, int i, BranchState in, UnaryOperator<Features> blocks) {
    int width = in.c().tokens().dim(2);
    MultiScaleDeformableAttention attention =
        new MultiScaleDeformableAttention(deformHeads, points, (int) (width * deformRatio));
    Injector injector = new Injector(attention, initialGamma);
    Tensor injected = s.in("injector", n -> injector.apply(n, TokenPyramid.of(in.x()), in.c()));
    Features x = blocks.apply(in.x().withGrid(injected));
    TokenPyramid grid = TokenPyramid.of(x);
    Extractor extractor = new Extractor(attention, ffn ? (int) (width * ffnRatio) : 0);
    TokenPyramid c = in.c().with(s.in("extractor", e -> extractor.apply(e, in.c(), grid)));
    boolean last = i == interactionIndexes.size() - 1;
    for (int k = 0; k < (last ? extraExtractors : 0); k++) {
      TokenPyramid before = c;
      c = c.with(s.at("extra_extractors").in(k, e -> extractor.apply(e, before, grid)));
    }
    return new BranchState(x, c.with(s.tap("c", c.tokens())));
  }
}
