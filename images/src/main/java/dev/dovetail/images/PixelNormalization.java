package dev.dovetail.images;

import java.util.List;

/**
 * Per-channel normalization of 8-bit pixels, bit-identical to mmcv's {@code imnormalize}. Mean and
 * standard deviation are float32. The difference is rounded to float32, as is its product with the
 * reciprocal, which is a double.
 *
 * @param mean three values, in the order of the output's channels
 * @param std three values above 0, in the order of the output's channels
 * @param toRgb whether the output is red, green, blue; otherwise, it stays blue, green, red
 */
public record PixelNormalization(List<Float> mean, List<Float> std, boolean toRgb) {

  /** The ImageNet statistics for 0 to 255, which all published ViT-CoMer models use. */
  public static final PixelNormalization IMAGENET =
      new PixelNormalization(
          List.of(123.675f, 116.28f, 103.53f), List.of(58.395f, 57.12f, 57.375f), true);

  /**
   * Copies the lists and checks that there are three values in each.
   *
   * @param mean three values, in the order of the output's channels
   * @param std three values above 0, in the order of the output's channels
   * @param toRgb whether the output is red, green, blue; otherwise, it stays blue, green, red
   */
  public PixelNormalization {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (mean.size() != Image.CHANNELS || std.size() != Image.CHANNELS) {
      throw new IllegalArgumentException(
          "normalization requires three means and three standard deviations, not "
              + mean.size()
              + " and "
              + std.size());
    }
    if (std.stream().anyMatch(s -> !(s > 0))) {
      throw new IllegalArgumentException("a standard deviation must be above 0: " + std);
    }
  }

  /**
   * {@return the normalized value of a pixel}
   *
   * @param channel of the output, 0 to 2
   * @param value 0 to 255
   */
  public float of(int channel, int value) {
    return (float) ((value - mean.get(channel)) * (1.0 / std.get(channel)));
  }

  /**
   * {@return the channel of a BGR image that becomes the output's channel {@code c}}
   *
   * @param c 0 to 2
   */
  public int sourceChannel(int c) {
    return toRgb ? Image.CHANNELS - 1 - c : c;
  }
}
