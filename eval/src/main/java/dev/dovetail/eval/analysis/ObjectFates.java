package dev.dovetail.eval.analysis;

import dev.dovetail.eval.coco.matching.ImageOverlaps;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the numbers of an analysis say of each detection and each ground truth of one image.
 *
 * @param error {@code [D]}: the kind of error; null where a detection is right, or ignored
 * @param ignored {@code [D]}: whether it lies in a crowd
 * @param partner {@code [D]}: the ground truth that it took or that its error is about; -1 for none
 * @param ofNothing {@code [D]}: whether the confusion matrix counts it as a detection of nothing
 * @param truths {@code [G]}: what became of the ground truths
 * @param takenAs {@code [G]}: the category that the confusion matrix counts it under; {@link
 *     #NOTHING} where it was not found, {@link #UNCOUNTED} of a crowd
 */
public record ObjectFates(
    @Nullable ErrorType[] error,
    boolean[] ignored,
    int[] partner,
    boolean[] ofNothing,
    TruthFate[] truths,
    int[] takenAs) {

  /** A place where there is nothing. */
  public static final int NOTHING = -1;

  /** What the matrix does not count. */
  public static final int UNCOUNTED = -2;

  /**
   * {@return whether a detection took a ground truth}
   *
   * @param detection its number
   * @param truth the number of the ground truth
   */
  public boolean takes(int detection, int truth) {
    return partner[detection] == truth && error[detection] == null && !ignored[detection];
  }

  /**
   * {@return the fates of the objects of an image}
   *
   * @param image with as many detections as the analysis looked at, of listed categories
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
