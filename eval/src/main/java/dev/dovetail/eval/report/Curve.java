package dev.dovetail.eval.report;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A value by iteration. There may be more iterations than a chart has pixels.
 *
 * @param xs the iterations, in ascending order
 * @param ys the values; some may not be finite
 */
record Curve(double[] xs, double[] ys) {

  /** The smallest number of points over which a smoothed line is drawn. */
  private static final int MANY = 100;

  private static final int SHARE = 50;
  private static final int BUCKETS = 320;

  /** The number of points in each mean of the smoothed line; 1 if there are few points. */
  static int window(int points) {
    return points < MANY ? 1 : points / SHARE | 1;
  }

  /**
   * Returns the means of the finite values around each point. At the ends, they include fewer
   * values.
   */
  Curve smoothed() {
    int half = window(xs.length) / 2;
    double[] sums = new double[ys.length + 1];
    int[] counts = new int[ys.length + 1];
    for (int i = 0; i < ys.length; i++) {
      boolean counted = Double.isFinite(ys[i]);
      sums[i + 1] = sums[i] + (counted ? ys[i] : 0);
      counts[i + 1] = counts[i] + (counted ? 1 : 0);
    }
    double[] means = ys.clone();
    for (int i = 0; half > 0 && i < ys.length; i++) {
      int from = Math.max(0, i - half);
      int to = Math.min(ys.length, i + half + 1);
      // Without finite values, this is 0 / 0 = NaN, which is not drawn.
      means[i] = (sums[to] - sums[from]) / (counts[to] - counts[from]);
    }
    return new Curve(xs, means);
  }

  /**
   * The lowest and the highest point of each of a few hundred intervals, which look the same as the
   * whole line.
   */
  Curve thinned() {
    if (xs.length <= 2 * BUCKETS) {
      return this;
    }
    int[] kept =
        IntStream.range(0, BUCKETS)
            .flatMap(
                b ->
                    extremes(
                        (int) ((long) xs.length * b / BUCKETS),
                        (int) ((long) xs.length * (b + 1) / BUCKETS)))
            .toArray();
    return new Curve(
        Arrays.stream(kept).mapToDouble(i -> xs[i]).toArray(),
        Arrays.stream(kept).mapToDouble(i -> ys[i]).toArray());
  }

  private IntStream extremes(int from, int to) {
    int low = from;
    int high = from;
    for (int i = from; i < to; i++) {
      low = ys[i] < ys[low] || Double.isNaN(ys[low]) ? i : low;
      high = ys[i] > ys[high] || Double.isNaN(ys[high]) ? i : high;
    }
    return IntStream.of(low, high).sorted().distinct();
  }

  double lowest() {
    return Arrays.stream(ys).filter(Double::isFinite).min().orElse(Double.NaN);
  }

  double highest() {
    return Arrays.stream(ys).filter(Double::isFinite).max().orElse(Double.NaN);
  }

  double median() {
    double[] sorted = Arrays.stream(ys).filter(Double::isFinite).sorted().toArray();
    return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
  }
}
