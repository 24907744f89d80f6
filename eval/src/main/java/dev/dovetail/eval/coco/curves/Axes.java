package dev.dovetail.eval.coco.curves;

import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.formats.coco.CocoCategory;
import java.util.List;
import java.util.stream.IntStream;

/** The axes of an evaluation's arrays. Finds the indices that a metric is the mean over. */
record Axes(CocoParams params, List<CocoCategory> categories) {

  int[] thresholds(double requested) {
    double[] all = params.iouThresholds();
    return IntStream.range(0, all.length)
        .filter(t -> requested == Statistic.ALL_THRESHOLDS || all[t] == requested)
        .toArray();
  }

  int[] categories(String frequency) {
    return IntStream.range(0, categories.size())
        .filter(
            k ->
                frequency.equals(Statistic.ALL_CATEGORIES)
                    || categories.get(k).frequency().equals(frequency))
        .toArray();
  }

  int[] areas(String name) {
    return IntStream.range(0, params.areas().size())
        .filter(a -> params.areas().get(a).name().equals(name))
        .toArray();
  }

  int[] maxDets(int requested) {
    return IntStream.range(0, params.maxDets().length)
        .filter(m -> params.maxDets()[m] == requested)
        .toArray();
  }
}
