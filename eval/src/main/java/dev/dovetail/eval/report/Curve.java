package dev.dovetail.eval.report;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A value by iteration, of which there may be more than a chart has pixels.
 *
 * @param xs the iterations, rising
 * @param ys the values; not all need be finite
 */
record Curve(double[] xs, double[] ys) {

  /** From this many points on a smoothed line is drawn over them. */
  private static final int MANY = 100;

  private static final int SHARE = 50;
  private static final int BUCKETS = 320;

  /** Over how many points the smoothed line takes the mean; 1 where there are few. */
  static int window(int points) {
    return points < MANY ? 1 : points / SHARE | 1;
  }

  /** The mean around each point of those that are finite; fewer at the ends. */
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
      // None is 0 / 0, which is not drawn.
      means[i] = (sums[to] - sums[from]) / (counts[to] - counts[from]);
    }
    return new Curve(xs, means);
  }

  /** Of each of some hundred parts the lowest and the highest point: what is seen of the line. */
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
