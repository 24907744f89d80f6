package dev.dovetail.images;

import dev.dovetail.formats.Size;

/**
 * The placement of an image in a model's input.
 *
 * @param original the size of the decoded image
 * @param resized the size of the part that it fills, at the top left
 * @param padded the size of the input
 * @param mirrored whether the resized image is flipped horizontally
 */
public record Geometry(Size original, Size resized, Size padded, boolean mirrored) {

  /**
   * Creates the placement of an image that is not mirrored.
   *
   * @param original the size of the decoded image
   * @param resized the size of the part that it fills, at the top left
   * @param padded the size of the input
   */
  public Geometry(Size original, Size resized, Size padded) {
    this(original, resized, padded, false);
  }

  /**
   * {@return {@code [4]}: the ratio of resized to original width, height, width and height, rounded
   * to float32 like mmdet's {@code scale_factor}} Boxes of the resized image are divided by it.
   */
  public float[] scaleFactor() {
    float x = (float) ((double) resized.width() / original.width());
    float y = (float) ((double) resized.height() / original.height());
    return new float[] {x, y, x, y};
  }
}
