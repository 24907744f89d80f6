package dev.dovetail.heads;

/** Checks the range of hyperparameters. */
public final class Require {

  private Require() {}

  /**
   * @throws IllegalArgumentException if the value is below 1
   */
  public static void positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " is " + value + ", expected a positive number");
    }
  }

  /**
   * @throws IllegalArgumentException if the value is below {@code least}
   */
  public static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " is " + value + ", expected at least " + least);
    }
  }

  /**
   * Checks a score or an overlap.
   *
   * @throws IllegalArgumentException if the value is not from 0 to 1
   */
  public static void share(String name, float value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + " is " + value + ", expected a number from 0 to 1");
    }
  }

  /**
   * @throws IllegalArgumentException if the value is not a multiple of another, which is named in
   *     the message
   */
  public static void multiple(String name, int value, int of, String ofName) {
    if (value % of != 0) {
      throw new IllegalArgumentException(
          name + " is " + value + ", expected a multiple of " + ofName + " (" + of + ")");
    }
  }
}
