package dev.dovetail.cli.bench;

import java.util.Arrays;

/**
 * How long runs took, in the order of the runs.
 *
 * @param milliseconds of each; none but after a stop or a failure
 */
public record Timings(double[] milliseconds) {

  /** Copies the values. */
  public Timings {
    milliseconds = milliseconds.clone();
  }

  /** How many runs there were. */
  public int runs() {
    return milliseconds.length;
  }

  /** The mean of all runs. */
  public double mean() {
    return Arrays.stream(milliseconds).average().orElse(Double.NaN);
  }

  /**
   * The nearest rank: the least of the times that at least so many percent of the runs did not
   * exceed.
   *
   * @param percent above 0, at most 100
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
   * How many times as long these runs took as others that they took turns with: the median of the
   * ratios of each turn. NaN if they share no turn.
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
