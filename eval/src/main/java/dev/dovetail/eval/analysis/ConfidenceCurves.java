package dev.dovetail.eval.analysis;

import java.util.Arrays;
import java.util.List;

/**
 * Precision, recall and F1 by the score from which on detections count, at the overlap {@link
 * ErrorEvaluator#FOREGROUND}; what lies in a crowd counts neither way.
 *
 * @param scores {@code [S]}, ascending
 * @param all of all categories together
 * @param perCategory {@code [K]}
 */
public record ConfidenceCurves(double[] scores, Curve all, List<Curve> perCategory) {

  /** How many steps of score there are from the least to the highest. */
  private static final int STEPS = 100;

  /**
   * What holds from each score on.
   *
   * @param right {@code [S]}: right detections
   * @param wrong {@code [S]}: wrong ones
   * @param truths all ground truths
   */
  public record Curve(long[] right, long[] wrong, long truths) {

    /** {@return the share of the detections that is right; NaN without any} */
    public double precision(int score) {
      return right[score] / (double) (right[score] + wrong[score]);
    }

    /** {@return the share of the ground truths that is found; NaN without any} */
    public double recall(int score) {
      return right[score] / (double) truths;
    }

    /** {@return the harmonic mean of both; NaN where there is nothing at all} */
    public double f1(int score) {
      return 2 * right[score] / (double) (right[score] + wrong[score] + truths);
    }

    /** {@return the number of the score with the highest F1, the lowest of several} */
    public int best() {
      int best = 0;
      for (int s = 1; s < right.length; s++) {
        best = f1(s) > f1(best) ? s : best;
      }
      return best;
    }
  }

  /** {@return the score with the highest F1 of all categories together} */
  public double best() {
    return scores[all.best()];
  }

  static ConfidenceCurves of(List<ImageErrors> images, int categories) {
    double low = 0;
    double high = 1;
    for (ImageErrors image : images) {
      for (double score : image.score()) {
        low = Math.min(low, score);
        high = Math.max(high, score);
      }
    }
    double[] scores = new double[STEPS + 1];
    for (int s = 0; s <= STEPS; s++) {
      scores[s] = low + (high - low) * s / STEPS;
    }
    long[][] right = new long[categories][scores.length];
    long[][] wrong = new long[categories][scores.length];
    long[] truths = new long[categories];
    for (ImageErrors image : images) {
      for (int t = 0; t < image.truths().category().length; t++) {
        truths[image.truths().category()[t]] += image.truths().fate()[t] == TruthFate.CROWD ? 0 : 1;
      }
      for (int d = 0; d < image.size(); d++) {
        if (!image.ignored()[d]) {
          long[][] counts = image.error()[d] == null ? right : wrong;
          counts[image.category()[d]][last(scores, image.score()[d])]++;
        }
      }
    }
    Curve[] curves = new Curve[categories];
    for (int k = 0; k < categories; k++) {
      curves[k] = new Curve(fromEachOn(right[k]), fromEachOn(wrong[k]), truths[k]);
    }
    Curve all =
        new Curve(
            sum(Arrays.stream(curves).map(Curve::right).toList(), scores.length),
            sum(Arrays.stream(curves).map(Curve::wrong).toList(), scores.length),
            Arrays.stream(truths).sum());
    return new ConfidenceCurves(scores, all, List.of(curves));
  }

  /** The last step that a score reaches. */
  private static int last(double[] scores, double score) {
    int found = Arrays.binarySearch(scores, score);
    return found >= 0 ? found : Math.max(0, -found - 2);
  }

  private static long[] fromEachOn(long[] counts) {
    for (int s = counts.length - 2; s >= 0; s--) {
      counts[s] += counts[s + 1];
    }
    return counts;
  }

  private static long[] sum(List<long[]> all, int length) {
    long[] sum = new long[length];
    for (long[] each : all) {
      for (int s = 0; s < length; s++) {
        sum[s] += each[s];
      }
    }
    return sum;
  }
}
