package dev.dovetail.cli.console;

/**
 * The smoothed time of a step. The time of the first step, which also loads libraries and allocates
 * memory, is used only until the second step.
 */
final class StepTime {

  /** The mean of up to this many steps, then an exponential mean with the same weight. */
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
