package dev.dovetail.eval.coco.curves;

import dev.dovetail.eval.coco.matching.MatchedDetections;
import java.util.Arrays;

/**
 * Average precision as in cityscapesScripts: the area under the precision-recall curve, with a
 * point for each distinct score. The weight of a point is half the distance between the recalls
 * before and after it.
 *
 * @param precision by ascending score
 * @param recall by ascending score, that is, descending
 */
record StepCurve(double[] precision, double[] recall) {

  /**
   * Computes the curve of one category at one threshold.
   *
   * @param order the detections by descending score
   * @param positives number of true objects
   */
  static StepCurve of(MatchedDetections matched, int[] order, int cell, long positives) {
    double[] precision = new double[order.length];
    double[] recall = new double[order.length];
    int points = 0;
    long right = 0;
    long all = 0;
    double last = Double.NaN;
    for (int d : order) {
      int state = matched.state(d, cell);
      boolean isRight = state == MatchedDetections.TRUE_POSITIVE;
      if (isRight || state == MatchedDetections.FALSE_POSITIVE) {
        points += matched.score(d) == last ? 0 : 1;
        last = matched.score(d);
        right += isRight ? 1 : 0;
        all++;
        precision[points - 1] = (double) right / all;
        recall[points - 1] = (double) right / positives;
      }
    }
    return new StepCurve(reversed(precision, points), reversed(recall, points));
  }

  private static double[] reversed(double[] values, int n) {
    double[] reversed = new double[n];
    Arrays.setAll(reversed, i -> values[n - 1 - i]);
    return reversed;
  }

  /** Returns the recall of all detections; 0 without detections. */
  double highestRecall() {
    return recall.length == 0 ? 0 : recall[0];
  }

  /** Returns the area; 0 without detections. The last point is an artificial one at recall 0. */
  double area() {
    int n = recall.length;
    double sum = 0;
    for (int i = 0; i <= n && n > 0; i++) {
      double before = recall[Math.max(i - 1, 0)];
      double after = i + 1 < n ? recall[i + 1] : 0;
      sum += precision[Math.min(i, n - 1)] * (0.5 * before - 0.5 * after);
    }
    return sum;
  }
}
