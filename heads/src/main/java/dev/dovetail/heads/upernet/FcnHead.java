package dev.dovetail.heads.upernet;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.ConvModule;
import dev.dovetail.heads.PixelClassifier;
import dev.dovetail.heads.Require;

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
    return s.run(
        () -> {
          Scope layers = s.at("convs");
          Tensor x =
              layers.fold(0, convs, map, (c, y, i) -> ConvModule.batchNorm(c, y, channels, 3));
          return PixelClassifier.logits(s.at("conv_seg"), x, classes);
        });
  }
}
