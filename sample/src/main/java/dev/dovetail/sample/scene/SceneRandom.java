package dev.dovetail.sample.scene;

/**
 * Random numbers that are the same in every version of Java: SplitMix64 (Steele, Lea, Flood: Fast
 * Splittable Pseudorandom Number Generators, OOPSLA 2014). It is implemented here because the JDK
 * does not specify the algorithm of {@code SplittableRandom}.
 */
final class SceneRandom {

  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private long state;

  /** Creates an independent sequence for each picture of a seed. */
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

  /** Returns a number from 0 (inclusive) to 1 (exclusive). */
  double uniform() {
    return (next() >>> 11) * 0x1p-53;
  }

  double uniform(double from, double to) {
    return from + (to - from) * uniform();
  }

  /** Returns a number from 0 (inclusive) to the bound (exclusive). */
  int below(int bound) {
    return (int) (uniform() * bound);
  }

  /** Returns a number from the first to the last number, both inclusive. */
  int between(int first, int last) {
    return first + below(last - first + 1);
  }

  boolean chance(double probability) {
    return uniform() < probability;
  }
}
