package dev.dovetail.eval.coco;

import dev.dovetail.eval.NumpySum;
import dev.dovetail.eval.coco.CocoEvaluation.Line;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Means over the curves ({@code summarize} of pycocotools). */
final class CocoSummary {

  /** Stands for all IoU thresholds together. */
  static final double ALL_THRESHOLDS = -1;

  /** The first number always asks for it, and is -1 where it is not among the maxDets. */
  private static final int FIRST_MAX_DETS = 100;

  private final CocoParams params;
  private final int categories;
  private final CurveArrays curves;
  private final List<Line> lines;

  CocoSummary(CocoParams params, int categories, CurveArrays curves) {
    this.params = params;
    this.categories = categories;
    this.curves = curves;
    int[] m = params.maxDets();
    this.lines =
        List.of(
            ap("AP", ALL_THRESHOLDS, "all", FIRST_MAX_DETS),
            ap("AP50", 0.5, "all", m[2]),
            ap("AP75", 0.75, "all", m[2]),
            ap("APs", ALL_THRESHOLDS, "small", m[2]),
            ap("APm", ALL_THRESHOLDS, "medium", m[2]),
            ap("APl", ALL_THRESHOLDS, "large", m[2]),
            ar("AR1", "all", m[0]),
            ar("AR10", "all", m[1]),
            ar("AR100", "all", m[2]),
            ar("ARs", "small", m[2]),
            ar("ARm", "medium", m[2]),
            ar("ARl", "large", m[2]));
  }

  List<Line> lines() {
    return lines;
  }

  private Line ap(String name, double threshold, String area, int maxDets) {
    int[] k = IntStream.range(0, categories).toArray();
    double value = precision(thresholds(threshold), k, areas(area), maxDets(maxDets));
    return new Line(name, true, threshold, area, maxDets, value);
  }

  private Line ar(String name, String area, int maxDets) {
    int[] k = IntStream.range(0, categories).toArray();
    double value = recall(k, areas(area), maxDets(maxDets));
    return new Line(name, false, ALL_THRESHOLDS, area, maxDets, value);
  }

  /** The numbers of one category; those of size classes and of all at the largest maxDets. */
  Map<String, Double> category(int category) {
    int[] k = {category};
    int[] last = {params.maxDets().length - 1};
    int[] all = areas("all");
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("AP", precision(thresholds(ALL_THRESHOLDS), k, all, last));
    values.put("AP50", precision(thresholds(0.5), k, all, last));
    values.put("AP75", precision(thresholds(0.75), k, all, last));
    for (AreaRange area : params.areas()) {
      if (!area.name().equals("all")) {
        values.put(
            "AP_" + area.name(),
            precision(thresholds(ALL_THRESHOLDS), k, areas(area.name()), last));
      }
    }
    for (int m = 0; m < params.maxDets().length; m++) {
      values.put("AR_max" + params.maxDets()[m], recall(k, all, new int[] {m}));
    }
    for (AreaRange area : params.areas()) {
      if (!area.name().equals("all")) {
        values.put("AR_" + area.name(), recall(k, areas(area.name()), last));
      }
    }
    return values;
  }

  private int[] thresholds(double wanted) {
    double[] all = params.iouThresholds();
    return IntStream.range(0, all.length)
        .filter(t -> wanted == ALL_THRESHOLDS || all[t] == wanted)
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

  private double recall(int[] categories, int[] areas, int[] maxDets) {
    int thresholds = params.iouThresholds().length;
    double[] values = new double[thresholds * categories.length * areas.length * maxDets.length];
    int n = 0;
    for (int t = 0; t < thresholds; t++) {
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
