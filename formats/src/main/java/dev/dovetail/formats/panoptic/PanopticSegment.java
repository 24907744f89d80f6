package dev.dovetail.formats.panoptic;

/**
 * A segment of an image.
 *
 * @param id the value of its pixels in the PNG file
 * @param area pixels as the file states them; NaN where it does not
 * @param crowd whether it stands for several things that are not told apart
 */
public record PanopticSegment(long id, long categoryId, double area, boolean crowd) {

  PanopticSegment withCategory(long other) {
    return new PanopticSegment(id, other, area, crowd);
  }
}
