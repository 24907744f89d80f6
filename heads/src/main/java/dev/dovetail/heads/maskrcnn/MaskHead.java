package dev.dovetail.heads.maskrcnn;

import dev.dovetail.graph.Indexing;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.ConvModule;
import dev.dovetail.graph.nn.MapNorm;
import dev.dovetail.heads.Require;
import dev.dovetail.heads.maskrcnn.BoxHead.Background;

/**
 * Predicts the mask of an object within its box (He et al. 2017; mmdet's {@code FCNMaskHead},
 * torchvision's {@code MaskRCNNHeads}).
 *
 * @param size height and width of a region's features; masks are twice as large
 * @param channels channels of the convolutions
 * @param convs number of 3x3 convolutions
 * @param norm norm after each convolution
 */
public record MaskHead(int size, int channels, int convs, MapNorm norm) {

  public MaskHead {
    Require.positive("size", size);
    Require.positive("channels", channels);
    Require.positive("convs", convs);
  }

  /** Creates a head without norms. */
  public static MaskHead of(int size, int channels, int convs) {
    return new MaskHead(size, channels, convs, MapNorm.NONE);
  }

  /** Returns the head as published for COCO, with masks of 28x28. */
  public static MaskHead defaults() {
    return of(14, 256, 4);
  }

  /**
   * Computes mask logits for every class except the background.
   *
   * @param features [n, channels, size, size]
   * @param background position of the background class in checkpoints
   * @return [n, classes, 2 * size, 2 * size]
   */
  public Tensor logits(Scope s, Tensor features, int classes, Background background) {
    Conv2d conv = Conv2d.of(channels, 3);
    Init init = new Init.Normal((float) Math.sqrt(2.0 / (4 * channels)));
    return s.run(
        () -> {
          Scope convolutions = s.at("convs");
          Tensor x =
              convolutions.fold(
                  0, convs, features, (c, y, i) -> ConvModule.normed(c, y, conv, norm).relu());
          x = Conv2d.upsample(s.at("upsample"), x, channels, 2, init, Init.zeros()).relu();
          Scope last = s.at("conv_logits");
          return background == Background.FIRST
              ? Conv2d.of(classes + 1, 1).apply(last, x).slice(1, 1, classes + 1)
              : Conv2d.of(classes, 1).apply(last, x);
        });
  }

  /**
   * Computes the probability that a cell is part of an object of the specified class. The result of
   * {@link #logits} is tapped as {@code mask_pred}.
   *
   * @param features [n, channels, size, size]
   * @param labels int64 [n]
   * @param background position of the background class in checkpoints
   * @return [n, 2 * size, 2 * size]
   */
  public Tensor probabilities(
      Scope s, Tensor features, Tensor labels, int classes, Background background) {
    return s.run(
        () -> {
          Tensor logits = s.tap("mask_pred", logits(s, features, classes, background));
          Indexing.GatherNd ofLabel = new Indexing.GatherNd(1);
          return s.float32(() -> logits.apply(ofLabel, labels.unsqueeze(1)).sigmoid());
        });
  }
}
