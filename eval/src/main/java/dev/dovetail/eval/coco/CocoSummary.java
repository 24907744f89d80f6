package dev.dovetail.eval.coco;

import dev.dovetail.eval.NumpySum;
import dev.dovetail.formats.coco.CocoCategory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Means over the curves ({@code summarize} of pycocotools and of lvis-api). */
final class CocoSummary {

  private final CocoParams params;
  private final Axes axes;
  private final CurveArrays curves;

  CocoSummary(CocoParams params, List<CocoCategory> categories, CurveArrays curves) {
    this.params = params;
    this.axes = new Axes(params, categories);
    this.curves = curves;
  }

  double value(Statistic statistic) {
    int[] thresholds = axes.thresholds(statistic.iouThreshold());
    int[] k = axes.categories(statistic.frequency());
    int[] areas = axes.areas(statistic.area());
    int[] maxDets = axes.maxDets(statistic.maxDets());
    return statistic.precision()
        ? precision(thresholds, k, areas, maxDets)
        : recall(thresholds, k, areas, maxDets);
  }

  /** The means of one size class at the largest maxDets. */
  CocoEvaluation.SizeMetrics size(int area) {
    int[] k = axes.categories(Statistic.ALL_CATEGORIES);
    int[] every = axes.thresholds(Statistic.ALL_THRESHOLDS);
    int[] a = {area};
    int[] last = {params.maxDets().length - 1};
    int known = (int) IntStream.of(k).filter(c -> curves.recall(0, c, area, last[0]) > -1).count();
    return new CocoEvaluation.SizeMetrics(
        params.areas().get(area), precision(every, k, a, last), recall(every, k, a, last), known);
  }

  /** The numbers of one category; those of size classes and of all at the largest maxDets. */
  Map<String, Double> category(int category) {
    int[] k = {category};
    int[] last = {params.maxDets().length - 1};
    int[] every = axes.thresholds(Statistic.ALL_THRESHOLDS);
    int[] all = axes.areas("all");
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("AP", precision(every, k, all, last));
    if (params.protocol() == Protocol.LVIS) {
      values.put("AR", recall(every, k, all, last));
      return values;
    }
    values.put("AP50", precision(axes.thresholds(0.5), k, all, last));
    values.put("AP75", precision(axes.thresholds(0.75), k, all, last));
    List<String> sizes =
        params.areas().stream().map(AreaRange::name).filter(name -> !name.equals("all")).toList();
    for (String size : sizes) {
      values.put("AP_" + size, precision(every, k, axes.areas(size), last));
    }
    for (int m = 0; m < params.maxDets().length; m++) {
      values.put("AR_max" + params.maxDets()[m], recall(every, k, all, new int[] {m}));
    }
    for (String size : sizes) {
      values.put("AR_" + size, recall(every, k, axes.areas(size), last));
    }
    return values;
  }

  /** The mean over the cells that have a value, in the order T, R, K. */
  private double precision(int[] thresholds, int[] categories, int[] areas, int[] maxDets) {
    int recalls = params.recallThresholds().length;
    double[] values =
        new double[thresholds.length * recalls * categories.length * areas.length * maxDets.length];
    int n = 0;
    for (int t : thresholds) {
      for (int r = 0; r < recalls; r++) {
        for (int k : categories) {
          for (int a : areas) {
            for (int m : maxDets) {
              double value = curves.precision(t, r, k, a, m);
              if (value > -1) {
                values[n++] = value;
              }
            }
          }
        }
      }
    }
    return mean(values, n);
  }

  private double recall(int[] thresholds, int[] categories, int[] areas, int[] maxDets) {
    double[] values =
        new double[thresholds.length * categories.length * areas.length * maxDets.length];
    int n = 0;
    for (int t : thresholds) {
      for (int k : categories) {
        for (int a : areas) {
          for (int m : maxDets) {
            double value = curves.recall(t, k, a, m);
            if (value > -1) {
              values[n++] = value;
            }
          }
        }
      }
    }
    return mean(values, n);
  }

  /** The mean of the first n values; -1, COCO's word for no value, if there is none. */
  private static double mean(double[] values, int n) {
    return n == 0 ? -1 : NumpySum.of(values, n) / n;
  }
}
