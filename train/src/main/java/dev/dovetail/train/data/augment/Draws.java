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
    return new Seeded(new SplittableRandom(state));
  }

  /** Made of {@code nextLong} alone: how the JDK bounds a number may change with its version. */
  record Seeded(SplittableRandom random) implements Draws {

    @Override
    public int integer(int low, int high) {
      if (high <= low) {
        throw new IllegalArgumentException(
            "there is no whole number from " + low + " to below " + high);
      }
      return low + (int) (unit() * ((long) high - low));
    }

    @Override
    public double uniform(double low, double high) {
      return low + (high - low) * unit();
    }

    @Override
    public boolean chance(double probability) {
      return unit() < probability;
    }

    private double unit() {
      return (random.nextLong() >>> 11) * 0x1p-53;
    }
  }
}
