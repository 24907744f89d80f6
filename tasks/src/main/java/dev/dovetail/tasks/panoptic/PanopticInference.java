package dev.dovetail.tasks.panoptic;

import dev.dovetail.tasks.masks.MaskSize;
import java.util.List;

/**
 * The section {@code test} of a config for panoptic segmentation. The defaults are the authors'
 * rules; transformers' differ in the keys from {@code masks} on.
 *
 * @param scoreThreshold score that a query must exceed
 * @param overlapThreshold share of a mask that must remain visible
 * @param stuff the classes whose segments are joined
 * @param maskThreshold probability from which on a mask covers a pixel
 * @param masks where the logits of masks become probabilities
 * @param weightedMasks whether probabilities are weighted by their query's score before they are
 *     compared with {@code maskThreshold}
 * @param wholeWins whether a segment has all pixels that its query wins, not only those that its
 *     mask covers
 * @param strictOverlap whether the share that remains, a float32, must exceed {@code
 *     overlapThreshold}, not only reach it
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
   * The authors' rules.
   *
   * @param scoreThreshold score that a query must exceed
   * @param overlapThreshold share of a mask that must remain visible
   * @param stuff the classes whose segments are joined
   */
  public static PanopticInference ofAuthors(
      double scoreThreshold, double overlapThreshold, List<Integer> stuff) {
    MaskSize original = MaskSize.of(MaskSize.At.ORIGINAL);
    return new PanopticInference(
        scoreThreshold, overlapThreshold, stuff, 0.5, original, false, false, false);
  }

  /**
   * Whether enough of a mask remains.
   *
   * @param won pixels that a query wins
   * @param covered pixels that its mask covers
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
   * The same for a model of so many classes.
   *
   * @throws IllegalArgumentException if {@code stuff} has a number that is none of them
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
      throw new IllegalArgumentException(name + " is " + value + ", expected 0 to 1");
    }
  }

  /** As published for the COCO data set; every class is a thing. */
  public static PanopticInference defaults() {
    return ofAuthors(0.8, 0.8, List.of());
  }
}
