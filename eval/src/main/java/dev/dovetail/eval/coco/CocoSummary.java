package dev.dovetail.eval.coco;

import dev.dovetail.data.coco.CocoCategory;
import dev.dovetail.eval.NumpySum;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Means over the curves ({@code summarize} of pycocotools and of lvis-api). */
final class CocoSummary {

  private final CocoParams params;
  private final List<CocoCategory> categories;
  private final CurveArrays curves;

  CocoSummary(CocoParams params, List<CocoCategory> categories, CurveArrays curves) {
    this.params = params;
    this.categories = categories;
    this.curves = curves;
  }

  double value(Statistic statistic) {
    int[] thresholds = thresholds(statistic.iouThreshold());
    int[] k = categories(statistic.frequency());
    int[] areas = areas(statistic.area());
    int[] maxDets = maxDets(statistic.maxDets());
    return statistic.precision()
        ? precision(thresholds, k, areas, maxDets)
        : recall(thresholds, k, areas, maxDets);
  }

  /** The numbers of one category; those of size classes and of all at the largest maxDets. */
  Map<String, Double> category(int category) {
    int[] k = {category};
    int[] last = {params.maxDets().length - 1};
    int[] every = thresholds(Statistic.ALL_THRESHOLDS);
    int[] all = areas("all");
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("AP", precision(every, k, all, last));
    if (params.protocol() == Protocol.LVIS) {
      values.put("AR", recall(every, k, all, last));
      return values;
    }
    values.put("AP50", precision(thresholds(0.5), k, all, last));
    values.put("AP75", precision(thresholds(0.75), k, all, last));
    List<String> sizes =
        params.areas().stream().map(AreaRange::name).filter(name -> !name.equals("all")).toList();
    for (String size : sizes) {
      values.put("AP_" + size, precision(every, k, areas(size), last));
    }
    for (int m = 0; m < params.maxDets().length; m++) {
      values.put("AR_max" + params.maxDets()[m], recall(every, k, all, new int[] {m}));
    }
    for (String size : sizes) {
      values.put("AR_" + size, recall(every, k, areas(size), last));
    }
    return values;
  }

  private int[] thresholds(double wanted) {
    double[] all = params.iouThresholds();
    return IntStream.range(0, all.length)
        .filter(t -> wanted == Statistic.ALL_THRESHOLDS || all[t] == wanted)
        .toArray();
  }

  private int[] categories(String frequency) {
    return IntStream.range(0, categories.size())
        .filter(
            k ->
                frequency.equals(Statistic.ALL_CATEGORIES)
                    || categories.get(k).frequency().equals(frequency))
        .toArray();
  }

  private int[] areas(String name) {
    return IntStream.range(0, params.areas().size())
        .filter(a -> params.areas().get(a).name().equals(name))
        .toArray();
  }

  private int[] maxDets(int wanted) {
    return IntStream.range(0, params.maxDets().length)
        .filter(m -> params.maxDets()[m] == wanted)
        .toArray();
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
