package dev.dovetail.eval.analysis;

import dev.dovetail.eval.coco.matching.ImageOverlaps;
import java.util.Arrays;

/**
 * The errors of the detections and ground truths in one image.
 *
 * @param category {@code [D]}
 * @param score {@code [D]}, descending
 * @param error {@code [D]}: the kind of error; null if the detection is correct
 * @param ignored {@code [D]}: whether it is in a crowd region and counts neither as right nor as
 *     wrong
 * @param fixed {@code [D]}: the category under which it is correct once its error is fixed, or
 *     {@link #REMOVED}
 * @param partner {@code [D]}: the ground truth that it matches or that its error is about; {@link
 *     #NONE} for none
 * @param truths the ground truths
 */
record ImageErrors(
    int image,
    int[] category,
    double[] score,
    ErrorType[] error,
    boolean[] ignored,
    int[] fixed,
    int[] partner,
    Truths truths) {

  /**
   * Ground truths.
   *
   * @param category {@code [G]}
   * @param fate {@code [G]}
   */
  record Truths(int[] category, TruthFate[] fate) {}

  static final int REMOVED = -1;
  static final int NONE = -1;

  int size() {
    return score.length;
  }

  static ImageErrors of(ImageOverlaps image) {
    Assignment assignment = new Assignment(image, ErrorEvaluator.FOREGROUND);
    int n = image.detections();
    int[] target = new int[n];
    int[] partner = new int[n];
    ErrorType[] error = new ErrorType[n];
    boolean[] ignored = new boolean[n];
    int[] repairer = new int[image.truths()];
    Arrays.fill(repairer, NONE);
    for (int d = 0; d < n; d++) {
      target[d] = NONE;
      ignored[d] = assignment.isIgnored(d);
      partner[d] = assignment.taken(d);
      if (partner[d] == NONE) {
        error[d] = classify(image, assignment, d, target);
        partner[d] = target[d] != NONE ? target[d] : near(image, d, error[d]);
      }
      // Scores descend, so the first one is the highest.
      if (target[d] != NONE && !assignment.isUsed(target[d]) && repairer[target[d]] == NONE) {
        repairer[target[d]] = d;
      }
    }
    int[] fixed = new int[n];
    for (int d = 0; d < n; d++) {
      fixed[d] =
          target[d] != NONE && repairer[target[d]] == d
              ? image.truthCategory()[target[d]]
              : REMOVED;
    }
    TruthFate[] fate = new TruthFate[image.truths()];
    for (int t = 0; t < fate.length; t++) {
      fate[t] =
          image.crowd()[t]
              ? TruthFate.CROWD
              : assignment.isUsed(t)
                  ? TruthFate.FOUND
                  : repairer[t] == NONE ? TruthFate.MISSED : TruthFate.NEARLY;
    }
    return new ImageErrors(
        image.image(),
        image.category(),
        image.score(),
        error,
        ignored,
        fixed,
        partner,
        new Truths(image.truthCategory(), fate));
  }

  /** Returns the ground truth that a detection duplicates or misses. */
  private static int near(ImageOverlaps image, int d, ErrorType error) {
    int near = NONE;
    for (int t = 0; error != ErrorType.BACKGROUND && t < image.truths(); t++) {
      boolean candidate =
          !image.crowd()[t]
              && (error != ErrorType.DUPLICATE || image.truthCategory()[t] == image.category()[d]);
      if (candidate && (near == NONE || image.overlap()[d][t] > image.overlap()[d][near])) {
        near = t;
      }
    }
    return near;
  }

  /**
   * Returns the first kind that applies. For the first two kinds, the ground truth is stored in
   * target.
   */
  private static ErrorType classify(
      ImageOverlaps image, Assignment assignment, int d, int[] target) {
    int same = NONE;
    int other = NONE;
    double used = 0;
    double any = 0;
    double[] overlap = image.overlap()[d];
    for (int t = 0; t < image.truths(); t++) {
      if (image.crowd()[t]) {
        continue;
      }
      any = Math.max(any, overlap[t]);
      if (image.truthCategory()[t] != image.category()[d]) {
        other = other == NONE || overlap[t] > overlap[other] ? t : other;
      } else {
        same = same == NONE || overlap[t] > overlap[same] ? t : same;
        used = assignment.isUsed(t) ? Math.max(used, overlap[t]) : used;
      }
    }
    if (same != NONE
        && overlap[same] >= ErrorEvaluator.BACKGROUND
        && overlap[same] <= ErrorEvaluator.FOREGROUND) {
      target[d] = same;
      return ErrorType.LOCALISATION;
    }
    if (other != NONE && overlap[other] >= ErrorEvaluator.FOREGROUND) {
      target[d] = other;
      return ErrorType.CLASSIFICATION;
    }
    if (used >= ErrorEvaluator.FOREGROUND) {
      return ErrorType.DUPLICATE;
    }
    return any <= ErrorEvaluator.BACKGROUND ? ErrorType.BACKGROUND : ErrorType.BOTH;
  }
}
