package dev.dovetail.formats;

/**
 * An object of a data set in another format than COCO's, in COCO's terms.
 *
 * @param category the name of its class
 * @param box in pixels, from 0 on
 * @param polygon its outline x0, y0, x1, y1, … in pixels; empty for none
 * @param score NaN where the file has none
 * @param difficult whether a detector is neither rewarded nor punished for it
 */
public record LabelledObject(
    String category, Box box, double[] polygon, double score, boolean difficult) {

  /** Rounding of the digits in a file moves an edge by less, in pixels. */
  private static final double ROUNDING = 0.5;

  /**
   * Counts what cannot be true of its box.
   *
   * @param image the size of the image
   * @param warnings takes what is odd
   * @param where the object is: file and line
   * @throws FormatException under {@link Strictness#STRICT}
   */
  public void check(Size image, Warnings warnings, String where) throws FormatException {
    if (!(box.width() > 0 && box.height() > 0)) {
      warnings.add("boxes without area (kept as they are)", () -> where);
    }
    if (box.x() < -ROUNDING
        || box.y() < -ROUNDING
        || box.x() + box.width() > image.width() + ROUNDING
        || box.y() + box.height() > image.height() + ROUNDING) {
      warnings.add(
          "boxes that stick out of their image (kept as they are)",
          () -> where + ": " + box + " in " + image);
    }
  }

  /** {@return whether the file says how sure a detector was} */
  public boolean hasScore() {
    return !Double.isNaN(score);
  }
}
