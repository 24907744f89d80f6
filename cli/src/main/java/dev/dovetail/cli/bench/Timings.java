package dev.dovetail.cli.bench;

import java.util.Arrays;

/**
 * Durations of runs, in order.
 *
 * @param milliseconds the duration of each run; empty only after a stop or a failure
 */
public record Timings(double[] milliseconds) {

  /** Copies the values. */
  public Timings {
    milliseconds = milliseconds.clone();
  }

  /** Returns the number of runs. */
  public int runs() {
    return milliseconds.length;
  }

  /** Returns the mean of all runs. */
  public double mean() {
    return Arrays.stream(milliseconds).average().orElse(Double.NaN);
  }

  /**
   * Returns a percentile by the nearest-rank method.
   *
   * @param percent greater than 0, at most 100
   */
  public double percentile(double percent) {
    return percentile(milliseconds, percent);
  }

  private static double percentile(double[] values, double percent) {
    if (values.length == 0) {
      return Double.NaN;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.ceil(percent / 100 * sorted.length) - 1];
  }

  /**
   * Returns the time relative to other runs in the same rounds: the median of the ratio in each
   * round. NaN if they share no round.
   */
  public double ratio(Timings other) {
    double[] ratios = new double[Math.min(runs(), other.runs())];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = milliseconds[i] / other.milliseconds[i];
    }
    return percentile(ratios, 50);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Timings t && Arrays.equals(milliseconds, t.milliseconds);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(milliseconds);
  }

  @Override
  public String toString() {
    return Arrays.toString(milliseconds);
  }
}
