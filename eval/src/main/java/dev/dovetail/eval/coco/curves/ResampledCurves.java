package dev.dovetail.eval.coco.curves;

import dev.dovetail.eval.coco.matching.GroundTruths;
import dev.dovetail.eval.coco.matching.MatchedDetections;
import dev.dovetail.eval.coco.params.CocoParams;
import java.util.Arrays;

/**
 * AP or recall by IoU threshold and category, for one size class and maxDets, with a weight for
 * each image.
 */
final class ResampledCurves {

  /**
   * The detections of one category at one IoU threshold by descending score, without ignored ones.
   *
   * @param image {@code [n]}: the image of each detection; for recall, only of the true positives
   * @param right the ranks of the true positives
   */
  private record Ranking(int[] image, int[] right) {}

  private final double[] recalls;
  private final boolean precision;
  private final Ranking[][] rankings;
  private final int[][] positives;
  private final int longest;

  /**
   * @param precision whether to compute AP instead of recall
   */
  ResampledCurves(
      GroundTruths truths,
      CocoParams params,
      MatchedDetections[] matched,
      int area,
      int maxDets,
      boolean precision) {
    this.recalls = params.recallThresholds();
    this.precision = precision;
    this.positives = truths.imagesOfCounted(params.areas().get(area));
    int thresholds = params.iouThresholds().length;
    this.rankings = new Ranking[thresholds][matched.length];
    int most = 0;
    for (int k = 0; k < matched.length; k++) {
      int[] order = matched[k].sorted();
      int[] image = matched[k].images(truths::image);
      for (int t = 0; t < thresholds; t++) {
        int cell = area * thresholds + t;
        rankings[t][k] = ranking(matched[k], order, image, cell, params.maxDets()[maxDets]);
        most = Math.max(most, rankings[t][k].right.length);
      }
    }
    this.longest = most;
  }

  private Ranking ranking(
      MatchedDetections matched, int[] order, int[] image, int cell, int maxDets) {
    int[] images = new int[order.length];
    int[] right = new int[order.length];
    int n = 0;
    int found = 0;
    for (int d : order) {
      int state = matched.state(d, cell);
      boolean isRight = state == MatchedDetections.TRUE_POSITIVE;
      if (matched.rank(d) < maxDets
          && (isRight || (precision && state == MatchedDetections.FALSE_POSITIVE))) {
        if (isRight) {
          right[found++] = n;
        }
        images[n++] = image[d];
      }
    }
    return new Ranking(Arrays.copyOf(images, n), Arrays.copyOf(right, found));
  }

  /**
   * Computes AP or recall.
   *
   * @param times the weight of each image
   * @return {@code [T, K]}; NaN for a category without ground truth
   */
  double[][] values(int[] times) {
    double[][] values = new double[rankings.length][positives.length];
    double[] precisions = new double[longest];
    long[] founds = new long[longest];
    for (int k = 0; k < positives.length; k++) {
      long total = 0;
      for (int image : positives[k]) {
        total += times[image];
      }
      for (int t = 0; t < rankings.length; t++) {
        values[t][k] =
            total == 0
                ? Double.NaN
                : precision
                    ? ap(rankings[t][k], times, total, precisions, founds)
                    : recall(rankings[t][k], times, total);
      }
    }
    return values;
  }

  private static double recall(Ranking ranking, int[] times, long total) {
    long found = 0;
    for (int image : ranking.image) {
      found += times[image];
    }
    return (double) found / total;
  }

  /**
   * Returns the mean precision at the recalls of {@link PrecisionRecall}. Precision rises among the
   * copies of a true positive, so the last copy represents all of them.
   */
  private double ap(Ranking ranking, int[] times, long total, double[] precisions, long[] founds) {
    long all = 0;
    long found = 0;
    int n = 0;
    int at = 0;
    for (int place : ranking.right) {
      for (; at <= place; at++) {
        all += times[ranking.image[at]];
      }
      int copies = times[ranking.image[place]];
      if (copies > 0) {
        found += copies;
        precisions[n] = found / ((double) all + PrecisionRecall.EPS);
        founds[n++] = found;
      }
    }
    for (int i = n - 1; i > 0; i--) {
      precisions[i - 1] = Math.max(precisions[i - 1], precisions[i]);
    }
    double sum = 0;
    int i = 0;
    for (double recall : recalls) {
      while (i < n && (double) founds[i] / total < recall) {
        i++;
      }
      sum += i < n ? precisions[i] : 0;
    }
    return sum / recalls.length;
  }
}
