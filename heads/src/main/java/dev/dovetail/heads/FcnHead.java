package dev.dovetail.heads;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Conv2d;

/**
 * A small fully convolutional head on one map, which helps training (mmseg's {@code FCNHead}).
 *
 * @param level which map of the pyramid it reads, from 0
 * @param channels width of the convolutions
 * @param convs how many 3x3 convolutions
 */
public record FcnHead(int level, int channels, int convs) {

  public FcnHead {
    if (level < 0) {
      throw new IllegalArgumentException("level is " + level + ", expected 0 or more");
    }
    Require.positive("channels", channels);
    Require.positive("convs", convs);
  }

  /** On the map at stride 16, as published beside UperNet. */
  public static FcnHead defaults() {
    return new FcnHead(2, 256, 1);
  }

  /**
   * Scores of each class at the map's resolution.
   *
   * @param map [batch, channels, height, width]
   * @return [batch, classes, height, width]
   */
  public Tensor logits(Scope s, Tensor map, int classes) {
    Tensor x = map;
    for (int i = 0; i < convs; i++) {
      x = ConvModule.batchNorm(s.at("convs").at(i), x, channels, 3);
    }
    return classify(s, x, classes);
  }

  /** Dropout and the last convolution, as all heads of mmseg end. */
  static Tensor classify(Scope s, Tensor x, int classes) {
    Tensor kept = s.dropChannels(x, 0.1);
    return Conv2d.of(classes, 1).init(new Init.Normal(0.01f)).apply(s.at("conv_seg"), kept);
  }
}
