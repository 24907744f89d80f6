package dev.dovetail.heads.maskrcnn;

import dev.dovetail.graph.Indexing;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.heads.Require;

/**
 * Draws the outline of an object within its box (He et al. 2017; mmdet's {@code FCNMaskHead}).
 *
 * @param size height and width of a region's features; a mask has twice that
 * @param channels width of the convolutions
 * @param convs how many 3x3 convolutions
 */
public record MaskHead(int size, int channels, int convs) {

  public MaskHead {
    Require.positive("size", size);
    Require.positive("channels", channels);
    Require.positive("convs", convs);
  }

  /** As published for the COCO data set: masks of 28x28. */
  public static MaskHead defaults() {
    return new MaskHead(14, 256, 4);
  }

  /**
   * One mask for every class.
   *
   * @param features [n, channels, size, size]
   * @return [n, classes, 2 * size, 2 * size]
   */
  public Tensor logits(Scope s, Tensor features, int classes) {
    Conv2d conv = Conv2d.of(channels, 3);
    Init init = new Init.Normal((float) Math.sqrt(2.0 / (4 * channels)));
    return s.run(
        () -> {
          Scope convolutions = s.at("convs");
          Tensor x =
              convolutions.fold(
                  0, convs, features, (c, y, i) -> conv.apply(c.at("conv"), y).relu());
          x = Conv2d.upsample(s.at("upsample"), x, channels, 2, init, Init.zeros()).relu();
          return Conv2d.of(classes, 1).apply(s.at("conv_logits"), x);
        });
  }

  /**
   * The probability of each cell to belong to an object of the given class.
   *
   * @param features [n, channels, size, size]
   * @param labels int64 [n]
   * @return [n, 2 * size, 2 * size]
   */
  public Tensor probabilities(Scope s, Tensor features, Tensor labels, int classes) {
    return s.run(
        () -> {
          Tensor logits = logits(s, features, classes);
          Indexing.GatherNd ofLabel = new Indexing.GatherNd(1);
          return s.float32(() -> logits.apply(ofLabel, labels.unsqueeze(1)).sigmoid());
        });
  }
}
