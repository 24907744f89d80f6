package dev.dovetail.heads.upernet;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.ConvModule;
import dev.dovetail.heads.PixelClassifier;
import dev.dovetail.heads.Require;

/**
 * A small fully convolutional auxiliary head on one map (mmseg's {@code FCNHead}).
 *
 * @param level index of the map that is read; 0 is the finest
 * @param channels channels of the convolutions; 0 for no head
 * @param convs number of 3x3 convolutions; 0 to classify the map directly
 * @param concatInput whether another convolution fuses the map with the output of the others
 */
public record FcnHead(int level, int channels, int convs, boolean concatInput) {

  public FcnHead {
    Require.atLeast("level", level, 0);
    Require.atLeast("channels", channels, 0);
    Require.atLeast("convs", convs, 0);
  }

  /** Returns the auxiliary head published with UperNet, on the map at stride 16. */
  public static FcnHead defaults() {
    return new FcnHead(2, 256, 1, false);
  }

  /** Returns an absent head: training uses only the main head. */
  public static FcnHead none() {
    return new FcnHead(2, 0, 0, false);
  }

  /** Returns whether the model has this head. */
  boolean there() {
    return channels > 0;
  }

  /**
   * Computes the scores of each class at the map's resolution.
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
