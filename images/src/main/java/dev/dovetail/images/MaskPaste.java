package dev.dovetail.images;

import dev.dovetail.formats.Size;

/** Lays the mask probabilities of a detection over its box in the original image. */
public interface MaskPaste {

  /**
   * The mask of one detection.
   *
   * @param probabilities holds {@code [side, side]} from {@code offset} on, rows over the box from
   *     top to bottom
   * @param offset where the values of the detection begin
   * @param side rows and columns of the values
   * @param x0 left edge of the box in pixels of the original image, as are the others
   * @param y0 top edge
   * @param x1 right edge
   * @param y1 bottom edge
   * @param image size of the original image
   * @return the part of the image in which pixels can be set
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
