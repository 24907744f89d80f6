package dev.dovetail.eval.bootstrap;

/**
 * One number of two results on the same images.
 *
 * @param name of the number, or of the class that has it
 * @param value of the first result; NaN for none, as in all that follows
 * @param other value of the second
 * @param difference value - other: positive where the first is higher
 * @param low lower end of the interval of the difference
 * @param high upper end
 */
public record Difference(
    String name, double value, double other, double difference, double low, double high) {

  /** {@return whether the interval leaves 0 out} */
  public boolean isMoved() {
    return low > 0 || high < 0;
  }
}
