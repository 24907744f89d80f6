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
 * @param channels width of the convolutions; 0 to leave the head out
 * @param convs how many 3x3 convolutions; without any, the map is classified as it is
 * @param concatInput whether a further convolution joins the map and what the others gave
 */
public record FcnHead(int level, int channels, int convs, boolean concatInput) {

  public FcnHead {
    Require.atLeast("level", level, 0);
    Require.atLeast("channels", channels, 0);
    Require.atLeast("convs", convs, 0);
  }

  /** On the map at stride 16, as published beside UperNet. */
  public static FcnHead defaults() {
    return new FcnHead(2, 256, 1, false);
  }

  /** An absent head: training uses the main one alone. */
  public static FcnHead none() {
    return new FcnHead(2, 0, 0, false);
  }

  /** Whether the model has this head. */
  boolean there() {
    return channels > 0;
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
          if (concatInput) {
            x = ConvModule.batchNorm(s.at("conv_cat"), Tensor.concat(1, map, x), channels, 3);
          }
          return PixelClassifier.logits(s.at("conv_seg"), x, classes);
        });
  }
}
