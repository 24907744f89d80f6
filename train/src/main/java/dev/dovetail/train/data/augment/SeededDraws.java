package dev.dovetail.train.data.augment;

import java.util.SplittableRandom;

/** Made of {@code nextLong} alone: how the JDK bounds a number may change with its version. */
record SeededDraws(SplittableRandom random) implements Draws {

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
