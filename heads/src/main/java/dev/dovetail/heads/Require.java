package dev.dovetail.heads;

/** Refuses hyper-parameters that make no model. */
final class Require {

  private Require() {}

  static void positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " is " + value + ", expected a positive number");
    }
  }

  /** For scores and overlaps. */
  static void share(String name, float value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + " is " + value + ", expected a number from 0 to 1");
    }
  }

  static void multiple(String name, int value, int of, String ofName) {
    if (value % of != 0) {
      throw new IllegalArgumentException(
          name + " is " + value + ", expected a multiple of " + ofName + " (" + of + ")");
    }
  }
}
