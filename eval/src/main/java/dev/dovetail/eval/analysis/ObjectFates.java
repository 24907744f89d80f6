package dev.dovetail.eval.analysis;

import dev.dovetail.eval.coco.matching.ImageOverlaps;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The results of an analysis for each detection and each ground truth in one image.
 *
 * @param error {@code [D]}: the kind of error; null for a correct or ignored detection
 * @param ignored {@code [D]}: whether the detection is in a crowd region
 * @param partner {@code [D]}: the ground truth that the detection matches or that its error is
 *     about; -1 for none
 * @param ofNothing {@code [D]}: whether the confusion matrix counts the detection as unmatched
 * @param truths {@code [G]}: the result of each ground truth
 * @param takenAs {@code [G]}: the detected category that the confusion matrix counts the ground
 *     truth under; {@link #NOTHING} if it was not found, {@link #UNCOUNTED} for a crowd
 */
public record ObjectFates(
    @Nullable ErrorType[] error,
    boolean[] ignored,
    int[] partner,
    boolean[] ofNothing,
    TruthFate[] truths,
    int[] takenAs) {

  /** The value for a ground truth that was not found. */
  public static final int NOTHING = -1;

  /** The value for a ground truth that the matrix does not count. */
  public static final int UNCOUNTED = -2;

  /**
   * {@return whether a detection matches a ground truth}
   *
   * @param detection index of the detection
   * @param truth index of the ground truth
   */
  public boolean takes(int detection, int truth) {
    return partner[detection] == truth && error[detection] == null && !ignored[detection];
  }

  /**
   * {@return the results for the objects in an image}
   *
   * @param image with the analyzed detections of listed categories
   */
  public static ObjectFates of(ImageOverlaps image) {
    ImageErrors errors = ImageErrors.of(image);
    ConfusionEvaluator.Pairing pairing = ConfusionEvaluator.Pairing.of(image);
    @Nullable ErrorType[] error = errors.error().clone();
    for (int d = 0; d < error.length; d++) {
      error[d] = errors.ignored()[d] ? null : error[d];
    }
    int[] takenAs = new int[image.truths()];
    Arrays.setAll(
        takenAs,
        t -> {
          int found = pairing.detection()[t];
          return image.crowd()[t] ? UNCOUNTED : found < 0 ? NOTHING : image.category()[found];
        });
    return new ObjectFates(
        error,
        errors.ignored(),
        errors.partner(),
        pairing.ofNothing(),
        errors.truths().fate(),
        takenAs);
  }
}
