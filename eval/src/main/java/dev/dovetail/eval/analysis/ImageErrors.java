package dev.dovetail.eval.analysis;

import dev.dovetail.eval.coco.matching.ImageOverlaps;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What is wrong with the detections of one image.
 *
 * @param category {@code [D]}
 * @param score {@code [D]}, descending
 * @param error {@code [D]}: the kind of error, null where the detection is right
 * @param ignored {@code [D]}: whether it lies in a crowd and counts neither as right nor as wrong
 * @param fixed {@code [D]}: the category under which it is right once its error is repaired, or
 *     {@link #REMOVED}
 * @param truths the ground truths that are no crowd
 */
record ImageErrors(
    int image,
    int[] category,
    double[] score,
    ErrorType[] error,
    boolean[] ignored,
    int[] fixed,
    Truths truths) {

  /**
   * Categories of ground truths.
   *
   * @param all of all
   * @param unused of those that no detection took
   * @param missed of those of the unused that no detection could have, had its error been repaired
   */
  record Truths(int[] all, int[] unused, int[] missed) {}

  static final int REMOVED = -1;
  private static final int NONE = -1;

  int size() {
    return score.length;
  }

  static ImageErrors of(ImageOverlaps image) {
    Assignment assignment = new Assignment(image, ErrorEvaluator.FOREGROUND);
    int n = image.detections();
    int[] target = new int[n];
    ErrorType[] error = new ErrorType[n];
    boolean[] ignored = new boolean[n];
    int[] repairer = new int[image.truths()];
    Arrays.fill(repairer, NONE);
    for (int d = 0; d < n; d++) {
      target[d] = NONE;
      ignored[d] = assignment.isIgnored(d);
      if (!assignment.isTrue(d)) {
        error[d] = classify(image, assignment, d, target);
      }
      // Scores descend, so that the first is the highest-scoring one.
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
    int[] truths = real(image).toArray();
    int[] unused = real(image).filter(t -> !assignment.isUsed(t)).toArray();
    int[] missed = Arrays.stream(unused).filter(t -> repairer[t] == NONE).toArray();
    return new ImageErrors(
        image.image(),
        image.category(),
        image.score(),
        error,
        ignored,
        fixed,
        new Truths(
            categories(image, truths), categories(image, unused), categories(image, missed)));
  }

  private static IntStream real(ImageOverlaps image) {
    return IntStream.range(0, image.truths()).filter(t -> !image.crowd()[t]);
  }

  private static int[] categories(ImageOverlaps image, int[] truths) {
    return Arrays.stream(truths).map(t -> image.truthCategory()[t]).toArray();
  }

  /** The first kind that fits; for the first two, target gets the ground truth meant. */
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
