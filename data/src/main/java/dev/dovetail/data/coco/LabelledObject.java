package dev.dovetail.data.coco;

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

  /** {@return whether the file says how sure a detector was} */
  public boolean hasScore() {
    return !Double.isNaN(score);
  }
}
