package dev.dovetail.sample.scene;

/**
 * Random numbers that are the same in every version of Java: SplitMix64 (Steele, Lea, Flood: Fast
 * Splittable Pseudorandom Number Generators, OOPSLA 2014), written out because the JDK does not
 * promise the numbers of its {@code SplittableRandom}.
 */
final class SceneRandom {

  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private long state;

  /** Numbers of their own for each picture of a seed. */
  SceneRandom(long seed, long picture) {
    state = mix(mix(seed + GOLDEN) + picture * GOLDEN);
  }

  static long mix(long value) {
    long z = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }

  long next() {
    state += GOLDEN;
    return mix(state);
  }

  /** At least 0 and below 1. */
  double uniform() {
    return (next() >>> 11) * 0x1p-53;
  }

  double uniform(double from, double to) {
    return from + (to - from) * uniform();
  }

  /** At least 0 and below the bound. */
  int below(int bound) {
    return (int) (uniform() * bound);
  }

  /** From the first to the last number, both included. */
  int between(int first, int last) {
    return first + below(last - first + 1);
  }

  boolean chance(double probability) {
    return uniform() < probability;
  }
}
