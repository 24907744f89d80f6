package dev.dovetail.images;

import dev.dovetail.formats.Size;

/** Pastes the mask probabilities of a detection into its box in the original image. */
public interface MaskPaste {

  /**
   * Computes the mask of one detection.
   *
   * @param probabilities contains {@code [side, side]} starting at {@code offset}, with rows from
   *     top to bottom of the box
   * @param offset the index of the detection's first value
   * @param side number of rows and columns
   * @param x0 left edge of the box in pixels of the original image, like the other edges
   * @param y0 top edge
   * @param x1 right edge
   * @param y1 bottom edge
   * @param image size of the original image
   * @return the part of the image that can contain set pixels
   */
  MaskRegion paste(
      float[] probabilities,
      int offset,
      int side,
      float x0,
      float y0,
      float x1,
      float y1,
      Size image);
}
