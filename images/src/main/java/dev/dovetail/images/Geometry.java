package dev.dovetail.images;

import dev.dovetail.formats.Size;

/**
 * How an image lies in a model's input.
 *
 * @param original the image as decoded
 * @param resized the part of the input that it fills, from the top left
 * @param padded the whole input
 * @param mirrored whether left and right of the resized image are exchanged
 */
public record Geometry(Size original, Size resized, Size padded, boolean mirrored) {

  /**
   * An image that is not mirrored.
   *
   * @param original the image as decoded
   * @param resized the part of the input that it fills, from the top left
   * @param padded the whole input
   */
  public Geometry(Size original, Size resized, Size padded) {
    this(original, resized, padded, false);
  }

  /**
   * {@return {@code [4]}: resized over original width, height, width, height, rounded to float32 as
   * mmdet's {@code scale_factor}; boxes of the resized image are divided by it}
   */
  public float[] scaleFactor() {
    float x = (float) ((double) resized.width() / original.width());
    float y = (float) ((double) resized.height() / original.height());
    return new float[] {x, y, x, y};
  }
}
