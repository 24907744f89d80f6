package dev.dovetail.eval.gallery;

import dev.dovetail.formats.Box;
import java.util.List;

/**
 * An object in an image.
 *
 * @param kind the index of its {@link Kind}
 * @param label the index of its class
 * @param score NaN for a ground truth
 * @param box in pixels of the image
 * @param area in square pixels
 * @param match the related ground truth of a prediction, or the related prediction of a ground
 *     truth
 * @param outline of its mask, closed lines of {@code x, y, x, y, …} in pixels; empty without a mask
 * @param keypoints {@code x, y, visibility} of each keypoint in pixels, with visibility 0 for
 *     unknown ones; empty without keypoints
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
   * {@return this object with another kind}
   *
   * @param other the index of the kind
   */
  public GalleryObject ofKind(int other) {
    return new GalleryObject(other, label, score, box, area, match, outline, keypoints);
  }

  /**
   * The related ground truth or prediction.
   *
   * @param partner its index among the objects of the image; {@link #NONE} for none
   * @param overlap with it, 0 to 1
   * @param is the row of the confusion matrix that counts the object, {@link #NONE} for none
   * @param takenAs the column
   */
  public record Match(int partner, double overlap, int is, int takenAs) {

    /** The match of an object that is not related to another one. */
    public static final Match ALONE = new Match(Match.NONE, 0, Match.NONE, Match.NONE);

    /** The index of no object, no row or no column. */
    public static final int NONE = -1;
  }
}
