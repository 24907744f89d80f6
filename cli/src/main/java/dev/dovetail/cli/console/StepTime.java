package dev.dovetail.cli.console;

/**
 * The time that a step takes, smoothed. The first one, in which libraries are loaded and memory is
 * made, counts only until there is another.
 */
final class StepTime {

  /** The mean of so many steps, then an exponential one of the same weight. */
  private static final int STEPS = 20;

  private double mean;
  private int steps;

  void add(double seconds) {
    int counted = Math.max(1, Math.min(steps, STEPS));
    mean += (seconds - mean) / counted;
    steps++;
  }

  double smoothed() {
    return mean;
  }
}
