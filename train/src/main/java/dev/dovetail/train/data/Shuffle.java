package dev.dovetail.train.data;

import dev.dovetail.train.data.augment.Draws;

/** Random permutations (Fisher-Yates). */
final class Shuffle {

  private Shuffle() {}

  /** Shuffles the values in place. */
  static int[] shuffled(int[] values, Draws draws) {
    for (int i = values.length - 1; i > 0; i--) {
      int other = draws.integer(0, i + 1);
      int value = values[i];
      values[i] = values[other];
      values[other] = value;
    }
    return values;
  }

  /** Rejects numbers that cannot be sampled. */
  static void require(int images, int batch) {
    if (images < 1 || batch < 1) {
      throw new IllegalArgumentException(
          "cannot sample batches of " + batch + " from " + images + " images");
    }
  }
}
