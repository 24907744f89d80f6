package dev.dovetail.train.data.augment;

import java.util.SplittableRandom;

/** The random numbers of an augmentation. Tests can supply fixed numbers. */
public interface Draws {

  /**
   * {@return a uniformly distributed integer from {@code low} to {@code high - 1}}
   *
   * @param low the minimum
   * @param high the exclusive maximum
   */
  int integer(int low, int high);

  /**
   * {@return a uniformly distributed number from {@code low} (inclusive) to {@code high}
   * (exclusive)}
   *
   * @param low the minimum
   * @param high the exclusive maximum
   */
  double uniform(double low, double high);

  /**
   * {@return true with the given probability}
   *
   * @param probability 0 to 1
   */
  boolean chance(double probability);

  /**
   * {@return random numbers that depend only on a key, so that a resumed run draws the same numbers
   * as an uninterrupted run}
   *
   * @param key the key, such as the seed, the epoch and the sample
   */
  static Draws of(long... key) {
    long state = 0;
    for (long part : key) {
      state = new SplittableRandom(state + part).nextLong();
    }
    return new SeededDraws(new SplittableRandom(state));
  }
}
