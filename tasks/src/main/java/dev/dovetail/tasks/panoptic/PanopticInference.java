package dev.dovetail.tasks.panoptic;

import dev.dovetail.tasks.masks.MaskSize;
import java.util.List;

/**
 * The section {@code test} of a config for panoptic segmentation. The defaults are the rules of
 * Mask2Former's authors. The rules of transformers differ in the keys from {@code masks} on.
 *
 * @param scoreThreshold the score that a query must exceed
 * @param overlapThreshold the fraction of a mask that must remain visible
 * @param stuff the classes whose segments are merged
 * @param maskThreshold the minimum probability of a pixel in a mask
 * @param masks the size at which mask logits are converted to probabilities
 * @param weightedMasks whether probabilities are multiplied by their query's score before the
 *     comparison with {@code maskThreshold}
 * @param wholeWins whether a segment contains all pixels that its query wins instead of only those
 *     that its mask covers
 * @param strictOverlap whether the remaining fraction, a float32, must exceed {@code
 *     overlapThreshold} instead of only reaching it
 */
public record PanopticInference(
    double scoreThreshold,
    double overlapThreshold,
    List<Integer> stuff,
    double maskThreshold,
    MaskSize masks,
    boolean weightedMasks,
    boolean wholeWins,
    boolean strictOverlap) {

  public PanopticInference {
    requireShare("scoreThreshold", scoreThreshold);
    requireShare("overlapThreshold", overlapThreshold);
    requireShare("maskThreshold", maskThreshold);
    stuff = List.copyOf(stuff);
  }

  /**
   * Creates options with the authors' rules.
   *
   * @param scoreThreshold the score that a query must exceed
   * @param overlapThreshold the fraction of a mask that must remain visible
   * @param stuff the classes whose segments are merged
   */
  public static PanopticInference ofAuthors(
      double scoreThreshold, double overlapThreshold, List<Integer> stuff) {
    MaskSize original = MaskSize.of(MaskSize.At.ORIGINAL);
    return new PanopticInference(
        scoreThreshold, overlapThreshold, stuff, 0.5, original, false, false, false);
  }

  /**
   * Returns whether enough of a mask remains visible.
   *
   * @param won the number of pixels that a query wins
   * @param covered the number of pixels that its mask covers
   */
  boolean keeps(long won, long covered) {
    if (won == 0 || covered == 0) {
      return false;
    }
    return strictOverlap
        ? (float) won / (float) covered > overlapThreshold
        : (double) won / covered >= overlapThreshold;
  }

  /**
   * Checks the options for a number of classes and returns them.
   *
   * @throws IllegalArgumentException if {@code stuff} contains a number that is not a class
   */
  PanopticInference requireWithin(int classes) {
    for (int label : stuff) {
      if (label < 0 || label >= classes) {
        throw new IllegalArgumentException(
            "'test.stuff' has " + label + ", but the model's classes are 0 to " + (classes - 1));
      }
    }
    return this;
  }

  private static void requireShare(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + " is " + value + ", expected a number from 0 to 1");
    }
  }

  /** Returns the options as published for COCO; every class is a thing. */
  public static PanopticInference defaults() {
    return ofAuthors(0.8, 0.8, List.of());
  }
}
