package dev.dovetail.eval.bootstrap;

/**
 * One metric of two results on the same images. All numbers are NaN if missing.
 *
 * @param name of the metric, or of the class
 * @param value of the first result
 * @param other value of the second result
 * @param difference value - other: positive if the first is higher
 * @param low lower end of the interval of the difference
 * @param high upper end
 */
public record Difference(
    String name, double value, double other, double difference, double low, double high) {

  /** {@return whether the interval excludes 0} */
  public boolean isMoved() {
    return low > 0 || high < 0;
  }
}
