package dev.dovetail.train.detection;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Samples boxes uniformly at random (mmdet's {@code RandomSampler}): positives up to a maximum
 * share, filled up with negatives. If there are too few boxes, all are used.
 *
 * @param number the number of sampled boxes per image
 * @param positiveShare the maximum share of positives
 */
public record RandomSampler(int number, double positiveShare) implements BoxSampler {

  /**
   * @param number the number of sampled boxes per image
   * @param positiveShare the maximum share of positives
   * @throws IllegalArgumentException if the number is not positive, or the share is not from 0 to 1
   */
  public RandomSampler {
    if (number < 1 || !(positiveShare >= 0 && positiveShare <= 1)) {
      throw new IllegalArgumentException(
          "a sample of "
              + number
              + " boxes with a share of "
              + positiveShare
              + " objects; expected a positive number and a share from 0 to 1");
    }
  }

  /** {@return the sampler for anchors of the published models} */
  public static RandomSampler ofAnchors() {
    return new RandomSampler(256, 0.5);
  }

  /** {@return the sampler for proposals of the published models} */
  public static RandomSampler ofProposals() {
    return new RandomSampler(512, 0.25);
  }

  @Override
  public Sample sample(int image, int[] assigned, RandomGenerator random) {
    int[] positives = choose(assigned, a -> a > 0, (int) (number * positiveShare), random);
    int[] negatives = choose(assigned, a -> a == 0, number - positives.length, random);
    return new Sample(positives, negatives);
  }

  private static int[] choose(int[] assigned, IntPredicate kind, int most, RandomGenerator random) {
    int[] all = IntStream.range(0, assigned.length).filter(i -> kind.test(assigned[i])).toArray();
    if (all.length <= most) {
      return all;
    }
    for (int i = 0; i < most; i++) {
      int other = random.nextInt(i, all.length);
      int chosen = all[other];
      all[other] = all[i];
      all[i] = chosen;
    }
    int[] chosen = Arrays.copyOf(all, most);
    Arrays.sort(chosen);
    return chosen;
  }
}
