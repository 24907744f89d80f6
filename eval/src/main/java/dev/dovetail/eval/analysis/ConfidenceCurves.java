package dev.dovetail.eval.analysis;

import java.util.Arrays;
import java.util.List;

/**
 * Precision, recall and F1 by score threshold, at the overlap {@link ErrorEvaluator#FOREGROUND}.
 * Detections in crowd regions are ignored.
 *
 * @param scores {@code [S]}: the thresholds, ascending
 * @param all the curve over all categories
 * @param perCategory {@code [K]}: the curve of each category
 */
public record ConfidenceCurves(double[] scores, Curve all, List<Curve> perCategory) {

  /** The number of steps between the lowest and the highest threshold. */
  private static final int STEPS = 100;

  /**
   * Counts by score threshold.
   *
   * @param right {@code [S]}: correct detections
   * @param wrong {@code [S]}: false detections
   * @param truths number of ground truths
   */
  public record Curve(long[] right, long[] wrong, long truths) {

    /** {@return the precision; NaN without detections} */
    public double precision(int score) {
      return right[score] / (double) (right[score] + wrong[score]);
    }

    /** {@return the recall; NaN without ground truths} */
    public double recall(int score) {
      return right[score] / (double) truths;
    }

    /**
     * {@return the harmonic mean of precision and recall; NaN without detections and ground truths}
     */
    public double f1(int score) {
      return 2 * right[score] / (double) (right[score] + wrong[score] + truths);
    }

    /** {@return the index of the score with the highest F1, the lowest one if several are equal} */
    public int best() {
      int best = 0;
      for (int s = 1; s < right.length; s++) {
        best = f1(s) > f1(best) ? s : best;
      }
      return best;
    }
  }

  /** {@return the score with the highest F1 over all categories} */
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

  /** Returns the last step that a score reaches. */
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
