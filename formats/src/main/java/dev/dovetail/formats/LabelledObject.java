package dev.dovetail.formats;

import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.mask.Segmentation;

/**
 * An object in an image in COCO's terms, independent of the file format.
 *
 * @param category the name of its class
 * @param box in pixels, starting at 0
 * @param segmentation its pixels; {@link Segmentation.Absent} if only the box is known
 * @param score the score of a detection; NaN if missing
 * @param difficult whether the object is ignored in evaluations: VOC's {@code difficult}, COCO's
 *     {@code iscrowd}
 */
public record LabelledObject(
    String category, Box box, Segmentation segmentation, double score, boolean difficult) {

  /** The tolerance for the rounding of edges in a file, in pixels. */
  private static final double ROUNDING = 0.5;

  /**
   * {@return an object with only a box, without a score}
   *
   * @param category the name of its class
   * @param box in pixels
   */
  public static LabelledObject of(String category, Box box) {
    return new LabelledObject(category, box, Segmentation.Absent.INSTANCE, Double.NaN, false);
  }

  /**
   * {@return an object with outlines, without a score} The box is the bounding box of all points.
   *
   * @param category the name of its class
   * @param parts each x0, y0, x1, y1, … in pixels
   */
  public static LabelledObject of(String category, double[]... parts) {
    double left = Double.POSITIVE_INFINITY;
    double top = Double.POSITIVE_INFINITY;
    double right = Double.NEGATIVE_INFINITY;
    double bottom = Double.NEGATIVE_INFINITY;
    for (double[] part : parts) {
      for (int i = 0; i + 1 < part.length; i += 2) {
        left = Math.min(left, part[i]);
        right = Math.max(right, part[i]);
        top = Math.min(top, part[i + 1]);
        bottom = Math.max(bottom, part[i + 1]);
      }
    }
    Box box = new Box(left, top, right - left, bottom - top);
    return new LabelledObject(category, box, new Segmentation.Polygons(parts), Double.NaN, false);
  }

  /**
   * {@return an object with a mask, without a score} The box is that of the mask.
   *
   * @param category the name of its class
   * @param mask of the size of the image
   */
  public static LabelledObject of(String category, Rle mask) {
    Rle.Box box = mask.box();
    return new LabelledObject(
        category,
        new Box(box.x(), box.y(), box.width(), box.height()),
        Segmentation.of(mask),
        Double.NaN,
        false);
  }

  /**
   * {@return this object with a score}
   *
   * @param other the score; NaN for none
   */
  public LabelledObject withScore(double other) {
    return new LabelledObject(category, box, segmentation, other, difficult);
  }

  /**
   * {@return this object with another value of {@code difficult}}
   *
   * @param other whether the object is ignored in evaluations
   */
  public LabelledObject withDifficult(boolean other) {
    return new LabelledObject(category, box, segmentation, score, other);
  }

  /** {@return this object with only its box} */
  public LabelledObject boxAlone() {
    return new LabelledObject(category, box, Segmentation.Absent.INSTANCE, score, difficult);
  }

  /**
   * Counts a warning if the box cannot be correct.
   *
   * @param image the size of the image
   * @param warnings collects anomalies
   * @param where the location of the object: file and line
   * @throws FormatException under {@link Strictness#STRICT}
   */
  public void check(Size image, Warnings warnings, String where) throws FormatException {
    if (!(box.width() > 0 && box.height() > 0)) {
      warnings.add("boxes without area (kept unchanged)", () -> where);
    }
    if (box.x() < -ROUNDING
        || box.y() < -ROUNDING
        || box.x() + box.width() > image.width() + ROUNDING
        || box.y() + box.height() > image.height() + ROUNDING) {
      warnings.add(
          "boxes that extend beyond their image (kept unchanged)",
          () -> where + ": " + box + " in " + image);
    }
  }

  /** {@return whether the object has a score} */
  public boolean hasScore() {
    return !Double.isNaN(score);
  }

  /** {@return whether the object has a segmentation in addition to the box} */
  public boolean hasMask() {
    return !(segmentation instanceof Segmentation.Absent);
  }

  /**
   * {@return the mask of the object}
   *
   * @param image the size of the image
   * @throws IllegalArgumentException if the segmentation is missing or cannot be rasterized
   */
  public Rle mask(Size image) {
    return segmentation.toRle(image.height(), image.width());
  }
}
