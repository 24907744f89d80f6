package dev.dovetail.data.draw;

import dev.dovetail.data.image.MaskRegion;

/**
 * A detected object to draw: a class number, a score, a box x1 y1 x2 y2 in pixels of the image, and
 * its mask ({@link MaskRegion#EMPTY} for none).
 */
public record Instance(
    int label, float score, float x1, float y1, float x2, float y2, MaskRegion mask) {

  /**
   * Checks the class number.
   *
   * @param label the number of the class
   * @param score from 0 to 1
   * @param x1 left edge in pixels
   * @param y1 top edge in pixels
   * @param x2 right edge in pixels
   * @param y2 bottom edge in pixels
   * @param mask its pixels, {@link MaskRegion#EMPTY} for none
   * @throws IllegalArgumentException where it is negative
   */
  public Instance {
    if (label < 0) {
      throw new IllegalArgumentException("class numbers start at 0, so " + label + " is none");
    }
  }

  double boxArea() {
    return (double) (x2 - x1) * (y2 - y1);
  }
}
