package dev.dovetail.eval.gallery;

import dev.dovetail.formats.Box;
import java.util.List;

/**
 * An object of an image.
 *
 * @param kind the number of its {@link Kind}
 * @param label the number of its class
 * @param score NaN for a ground truth
 * @param box in pixels of the image
 * @param area in square pixels
 * @param match the object of the other side that it has to do with
 * @param outline of its mask, closed lines of {@code x, y, x, y, …} in pixels; empty for none
 * @param keypoints {@code x, y, visibility} of each in pixels, visibility 0 of one that is not
 *     known; empty for none
 */
public record GalleryObject(
    int kind,
    int label,
    double score,
    Box box,
    double area,
    Match match,
    List<double[]> outline,
    double... keypoints) {

  /**
   * {@return the same object as one of another kind}
   *
   * @param other the number of the kind
   */
  public GalleryObject ofKind(int other) {
    return new GalleryObject(other, label, score, box, area, match, outline, keypoints);
  }

  /**
   * The object of the other side.
   *
   * @param partner its place among the objects of the image; {@link #NONE} for none
   * @param overlap with it, 0 to 1
   * @param is the row of the confusion matrix that counts the object, {@link #NONE} for none
   * @param takenAs the column
   */
  public record Match(int partner, double overlap, int is, int takenAs) {

    /** Of an object that has to do with no other. */
    public static final Match ALONE = new Match(Match.NONE, 0, Match.NONE, Match.NONE);

    /** No object, no row, no column. */
    public static final int NONE = -1;
  }
}
