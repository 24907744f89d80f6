package dev.dovetail.eval.analysis;

import dev.dovetail.eval.coco.CocoEvaluation;
import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.formats.coco.CocoCategory;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Precision by recall, for objects of all sizes at the largest maxDets.
 *
 * @param iouThresholds {@code [T]}
 * @param recalls {@code [R]}
 * @param categories {@code [K]}
 * @param precision {@code [K, T, R]}: precision of every category; NaN for a category without
 *     ground truth
 */
public record RecallCurves(
    double[] iouThresholds,
    double[] recalls,
    List<CocoCategory> categories,
    double[][][] precision) {

  /**
   * {@return the curves of an evaluation, for the size class named {@code all} or, without one, for
   * the first size class}
   *
   * @param evaluation the evaluation
   */
  public static RecallCurves of(CocoEvaluation evaluation) {
    CocoParams params = evaluation.params();
    double[] iouThresholds = params.iouThresholds();
    double[] recalls = params.recallThresholds();
    int categories = evaluation.categories().size();
    int areas = params.areas().size();
    int all =
        IntStream.range(0, areas)
            .filter(a -> params.areas().get(a).name().equals("all"))
            .findFirst()
            .orElse(0);
    int maxDets = params.maxDets().length;
    double[] values = evaluation.precision();
    double[][][] precision = new double[categories][iouThresholds.length][recalls.length];
    for (int t = 0; t < iouThresholds.length; t++) {
      for (int r = 0; r < recalls.length; r++) {
        for (int k = 0; k < categories; k++) {
          int at = (((t * recalls.length + r) * categories + k) * areas + all + 1) * maxDets - 1;
          precision[k][t][r] = values[at] == -1 ? Double.NaN : values[at];
        }
      }
    }
    return new RecallCurves(iouThresholds, recalls, evaluation.categories(), precision);
  }

  /**
   * {@return {@code [R]}: the mean over the categories that have ground truth; NaN for none}
   *
   * @param iouThreshold the index of the threshold
   */
  public double[] mean(int iouThreshold) {
    return IntStream.range(0, recalls.length)
        .mapToDouble(
            r ->
                Arrays.stream(precision)
                    .mapToDouble(category -> category[iouThreshold][r])
                    .filter(p -> !Double.isNaN(p))
                    .average()
                    .orElse(Double.NaN))
        .toArray();
  }

  /**
   * {@return the indices of the requested IoU thresholds that the curves have}
   *
   * @param requested IoU thresholds
   */
  public int[] thresholds(double... requested) {
    return IntStream.range(0, iouThresholds.length)
        .filter(t -> DoubleStream.of(requested).anyMatch(w -> w == iouThresholds[t]))
        .toArray();
  }
}
