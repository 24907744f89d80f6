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
    Tensor x = features;
    for (int i = 0; i < convs; i++) {
      x = Conv2d.of(channels, 3).apply(s.at("convs").at(i).at("conv"), x).relu();
    }
    Init init = new Init.Normal((float) Math.sqrt(2.0 / (4 * x.dim(1))));
    x = Conv2d.upsample(s.at("upsample"), x, channels, 2, init, Init.zeros()).relu();
    return Conv2d.of(classes, 1).apply(s.at("conv_logits"), x);
  }

  /**
   * The probability of each cell to belong to an object of the given class.
   *
   * @param logits [n, classes, height, width]
   * @param labels int64 [n]
   * @return [n, height, width]
   */
  public static Tensor probabilities(Scope s, Tensor logits, Tensor labels) {
    return s.float32(() -> logits.apply(new Indexing.GatherNd(1), labels.unsqueeze(1)).sigmoid());
  }
}
