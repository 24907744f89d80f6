package dev.dovetail.train.data.augment;

import java.util.SplittableRandom;

/** Random numbers of an augmentation. A test gives its own. */
public interface Draws {

  /**
   * {@return a whole number from {@code low} to {@code high - 1}, each as likely}
   *
   * @param low the least
   * @param high above the largest
   */
  int integer(int low, int high);

  /**
   * {@return a number from {@code low} to below {@code high}, uniformly}
   *
   * @param low the least
   * @param high the upper bound
   */
  double uniform(double low, double high);

  /**
   * {@return whether something happens}
   *
   * @param probability 0 to 1
   */
  boolean chance(double probability);

  /**
   * {@return random numbers that depend on the key alone, so that a run which was stopped and
   * resumed draws what it would have drawn}
   *
   * @param key what they are for, such as the seed, the epoch and the sample
   */
  static Draws of(long... key) {
    long state = 0;
    for (long part : key) {
      state = new SplittableRandom(state + part).nextLong();
    }
    return new SeededDraws(new SplittableRandom(state));
  }
}
