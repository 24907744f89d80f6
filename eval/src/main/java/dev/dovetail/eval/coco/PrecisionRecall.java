package dev.dovetail.eval.coco;

import dev.dovetail.data.coco.CocoCategory;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Turns outcomes into precision at fixed recalls ({@code accumulate} of pycocotools), for one
 * category after the other.
 */
final class PrecisionRecall {

  /**
   * Keeps the reference's precision from 0/0; it makes that of a single true positive 1 - 2^-52.
   */
  private static final double EPS = Math.ulp(1.0);

  private final CocoParams params;
  private final CurveArrays arrays;

  private PrecisionRecall(CocoParams params, CurveArrays arrays) {
    this.params = params;
    this.arrays = arrays;
  }

  static CocoEvaluation evaluate(GroundTruths truths, CocoParams params, Outcomes[] outcomes) {
    int groups = outcomes.length;
    long[][] counted = params.areas().stream().map(truths::counted).toArray(long[][]::new);
    CurveArrays arrays = new CurveArrays(params, groups);
    PrecisionRecall curves = new PrecisionRecall(params, arrays);
    IntStream.range(0, groups).parallel().forEach(k -> curves.category(k, outcomes[k], counted));
    List<CocoCategory> categories =
        IntStream.range(0, groups).mapToObj(truths::groupCategory).toList();
    return new CocoEvaluation(truths.type(), params, truths.images(), categories, arrays);
  }

  private void category(int k, Outcomes outcomes, long[][] counted) {
    int[] order = outcomes.sorted();
    int[] rows = new int[order.length];
    for (int m = 0; m < params.maxDets().length; m++) {
      int n = 0;
      for (int d : order) {
        if (outcomes.rank(d) < params.maxDets()[m]) {
          rows[n++] = d;
        }
      }
      for (int a = 0; a < counted.length; a++) {
        if (counted[a][k] > 0) {
          curves(k, a, m, outcomes, rows, n, counted[a][k]);
        }
      }
    }
  }

  private void curves(int k, int a, int m, Outcomes outcomes, int[] rows, int n, long positives) {
    double[] precision = new double[n];
    double[] scores = new double[n];
    int thresholds = params.iouThresholds().length;
    for (int t = 0; t < thresholds; t++) {
      int found = 0;
      int wrong = 0;
      for (int i = 0; i < n; i++) {
        int state = outcomes.state(rows[i], a * thresholds + t);
        if (state == Outcomes.TRUE_POSITIVE) {
          scores[found] = outcomes.score(rows[i]);
          found++;
          precision[found - 1] = found / ((double) (wrong + found) + EPS);
        } else if (state == Outcomes.FALSE_POSITIVE) {
          wrong++;
        }
      }
      for (int i = found - 1; i > 0; i--) {
        precision[i - 1] = Math.max(precision[i - 1], precision[i]);
      }
      arrays.setRecall(t, k, a, m, (double) found / positives);
      double first = n > 0 ? outcomes.score(rows[0]) : 0;
      recalls(t, k, a, m, precision, scores, found, positives, first);
    }
  }

  /**
   * Reads the envelope at the recall thresholds. Recall rises at true positives only, so only they
   * can be the first rank that reaches a threshold above 0; the threshold 0 is reached at once.
   */
  private void recalls(
      int t,
      int k,
      int a,
      int m,
      double[] precision,
      double[] scores,
      int found,
      long positives,
      double firstScore) {
    double[] recalls = params.recallThresholds();
    int i = 0;
    for (int r = 0; r < recalls.length; r++) {
      while (i < found && (double) (i + 1) / positives < recalls[r]) {
        i++;
      }
      boolean atOnce = recalls[r] <= 0;
      arrays.setPoint(
          t,
          r,
          k,
          a,
          m,
          i < found ? precision[i] : 0,
          atOnce ? firstScore : i < found ? scores[i] : 0);
    }
  }
}
