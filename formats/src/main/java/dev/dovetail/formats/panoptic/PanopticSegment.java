package dev.dovetail.formats.panoptic;

/**
 * A segment in an image.
 *
 * @param id the value of its pixels in the PNG file
 * @param area number of pixels in the file; NaN if missing
 * @param crowd whether it represents several things that are not distinguished
 */
public record PanopticSegment(long id, long categoryId, double area, boolean crowd) {

  PanopticSegment withCategory(long other) {
    return new PanopticSegment(id, other, area, crowd);
  }
}
