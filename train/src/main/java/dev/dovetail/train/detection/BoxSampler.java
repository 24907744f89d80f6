package dev.dovetail.train.detection;

import java.util.random.RandomGenerator;

/** Chooses the boxes of an image that take part in a step. */
@FunctionalInterface
public interface BoxSampler {

  /**
   * The boxes that take part, by their indices, ascending.
   *
   * @param positives those that learn an object
   * @param negatives those that learn that they are background
   */
  record Sample(int[] positives, int[] negatives) {}

  /**
   * Chooses among the boxes of one image.
   *
   * @param image counted from 0 in the batch
   * @param assigned what each box is, as {@link MaxIouAssigner.Assignment#objects}; what is
   *     negative takes no part
   * @param random where chance comes from
   * @return the choice
   */
  Sample sample(int image, int[] assigned, RandomGenerator random);
}
