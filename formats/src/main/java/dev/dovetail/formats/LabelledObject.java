package dev.dovetail.formats;

import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.mask.Segmentation;

/**
 * An object of an image, whatever format it was read from, in COCO's terms.
 *
 * @param category the name of its class
 * @param box in pixels, from 0 on
 * @param segmentation its pixels; {@link Segmentation.Absent} where only the box is known
 * @param score NaN where the file has none
 * @param difficult whether a detector is neither rewarded nor punished for it: VOC's {@code
 *     difficult}, COCO's {@code iscrowd}
 */
public record LabelledObject(
    String category, Box box, Segmentation segmentation, double score, boolean difficult) {

  /** Rounding of the digits in a file moves an edge by less, in pixels. */
  private static final double ROUNDING = 0.5;

  /**
   * {@return an object of which the box alone is known, without a score}
   *
   * @param category the name of its class
   * @param box in pixels
   */
  public static LabelledObject of(String category, Box box) {
    return new LabelledObject(category, box, Segmentation.Absent.INSTANCE, Double.NaN, false);
  }

  /**
   * {@return an object of outlines, without a score; the box holds all of their points}
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
   * {@return an object of known pixels, without a score; the box is theirs}
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
   * {@return the same object with a score}
   *
   * @param other NaN for none
   */
  public LabelledObject withScore(double other) {
    return new LabelledObject(category, box, segmentation, other, difficult);
  }

  /**
   * {@return the same object}
   *
   * @param other whether a detector is neither rewarded nor punished for it
   */
  public LabelledObject withDifficult(boolean other) {
    return new LabelledObject(category, box, segmentation, score, other);
  }

  /** {@return the same object, of which the box alone is known} */
  public LabelledObject boxAlone() {
    return new LabelledObject(category, box, Segmentation.Absent.INSTANCE, score, difficult);
  }

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

  /** {@return whether its pixels are known, not the box alone} */
  public boolean hasMask() {
    return !(segmentation instanceof Segmentation.Absent);
  }

  /**
   * {@return its pixels}
   *
   * @param image the size of the image
   * @throws IllegalArgumentException if there are none or they cannot be filled
   */
  public Rle mask(Size image) {
    return segmentation.toRle(image.height(), image.width());
  }
}
