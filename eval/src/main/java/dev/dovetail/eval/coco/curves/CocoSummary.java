package dev.dovetail.eval.coco.curves;

import dev.dovetail.eval.NumpySum;
import dev.dovetail.eval.coco.params.AreaRange;
import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.coco.params.Protocol;
import dev.dovetail.formats.coco.CocoCategory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Means over the curves ({@code summarize} in pycocotools and lvis-api). */
public final class CocoSummary {

  private final CocoParams params;
  private final Axes axes;
  private final CurveArrays curves;

  public CocoSummary(CocoParams params, List<CocoCategory> categories, CurveArrays curves) {
    this.params = params;
    this.axes = new Axes(params, categories);
    this.curves = curves;
  }

  public double value(Statistic statistic) {
    int[] thresholds = axes.thresholds(statistic.iouThreshold());
    int[] k = axes.categories(statistic.frequency());
    int[] areas = axes.areas(statistic.area());
    int[] maxDets = axes.maxDets(statistic.maxDets());
    return statistic.precision()
        ? precision(thresholds, k, areas, maxDets)
        : recall(thresholds, k, areas, maxDets);
  }

  /** Returns the AP of one size class at the largest maxDets. */
  public double ap(int area) {
    return precision(everyThreshold(), everyCategory(), new int[] {area}, lastMaxDets());
  }

  /** Returns the AR of one size class at the largest maxDets. */
  public double ar(int area) {
    return recall(everyThreshold(), everyCategory(), new int[] {area}, lastMaxDets());
  }

  /** Returns the number of categories that have ground truth of one size class. */
  public int categoriesWith(int area) {
    int last = lastMaxDets()[0];
    return (int)
        IntStream.of(everyCategory()).filter(k -> curves.recall(0, k, area, last) > -1).count();
  }

  private int[] everyThreshold() {
    return axes.thresholds(Statistic.ALL_THRESHOLDS);
  }

  private int[] everyCategory() {
    return axes.categories(Statistic.ALL_CATEGORIES);
  }

  private int[] lastMaxDets() {
    return new int[] {params.maxDets().length - 1};
  }

  /** Returns the metrics of one category, by size class and overall, at the largest maxDets. */
  public Map<String, Double> category(int category) {
    int[] k = {category};
    int[] last = lastMaxDets();
    int[] every = everyThreshold();
    int[] all = axes.areas("all");
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("AP", precision(every, k, all, last));
    if (params.protocol() == Protocol.LVIS) {
      values.put("AR", recall(every, k, all, last));
      return values;
    }
    values.put("AP50", precision(axes.thresholds(0.5), k, all, last));
    if (params.protocol() == Protocol.CITYSCAPES) {
      return values;
    }
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

  /** Returns the mean over the cells that have a value, in the order T, R, K. */
  private double precision(int[] thresholds, int[] categories, int[] areas, int[] maxDets) {
    if (params.protocol() == Protocol.CITYSCAPES) {
      return areas(thresholds, categories);
    }
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

  /**
   * Computes {@code numpy.nanmean} of the areas under the curves, in the order K, T: NaN adds 0.
   */
  private double areas(int[] thresholds, int[] categories) {
    double[] values = new double[thresholds.length * categories.length];
    int n = 0;
    int known = 0;
    for (int k : categories) {
      for (int t : thresholds) {
        double value = curves.precision(t, 0, k, 0, 0);
        values[n++] = Math.max(value, 0);
        known += value > -1 ? 1 : 0;
      }
    }
    return known == 0 ? -1 : NumpySum.of(values, n) / known;
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

  /** Returns the mean of the first n values; -1, COCO's missing value, if n is 0. */
  private static double mean(double[] values, int n) {
    return n == 0 ? -1 : NumpySum.of(values, n) / n;
  }
}
