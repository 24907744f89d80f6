package dev.dovetail.train.data.augment;

import java.util.SplittableRandom;

/**
 * Uses {@code nextLong} only: the JDK's algorithm for bounded numbers may change with its version.
 */
record SeededDraws(SplittableRandom random) implements Draws {

  @Override
  public int integer(int low, int high) {
    if (high <= low) {
      throw new IllegalArgumentException("there is no integer from " + low + " to below " + high);
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
