package dev.dovetail.train.detection;

import java.util.random.RandomGenerator;

/** Samples the boxes of an image that contribute to the loss. */
@FunctionalInterface
public interface BoxSampler {

  /**
   * The sampled boxes, as ascending indices.
   *
   * @param positives the boxes assigned to an object
   * @param negatives the boxes assigned to background
   */
  record Sample(int[] positives, int[] negatives) {}

  /**
   * Samples the boxes of one image.
   *
   * @param image the index of the image in the batch, from 0
   * @param assigned the assignment of each box as in {@link MaxIouAssigner.Assignment#objects};
   *     ignored boxes are never sampled
   * @param random the source of random numbers
   * @return the sample
   */
  Sample sample(int image, int[] assigned, RandomGenerator random);
}
