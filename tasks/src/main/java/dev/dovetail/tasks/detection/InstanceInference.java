package dev.dovetail.tasks.detection;

import dev.dovetail.tasks.masks.MaskSize;

/**
 * The section {@code test} of a config for instance segmentation with query masks.
 *
 * @param scoreThreshold the minimum score of an instance
 * @param maxDetections the maximum number of instances per image
 * @param ranking how the best instances are selected
 * @param masks the size at which masks are thresholded and scored; smaller masks are then enlarged
 */
public record InstanceInference(
    double scoreThreshold, int maxDetections, Ranking ranking, MaskSize masks) {

  /** How the best instances are selected. */
  public enum Ranking {
    /** The best pairs of a query and a class (Mask2Former, MaskFormer). */
    PAIRS,
    /** The best queries, each with its best class (EoMT). */
    QUERIES
  }

  public InstanceInference {
    if (!(scoreThreshold >= 0 && scoreThreshold <= 1)) {
      throw new IllegalArgumentException(
          "scoreThreshold is " + scoreThreshold + ", expected a number from 0 to 1");
    }
    if (maxDetections < 1) {
      throw new IllegalArgumentException(
          "maxDetections is " + maxDetections + ", expected a positive number");
    }
  }

  /** Returns the options as published for COCO. */
  public static InstanceInference defaults() {
    return new InstanceInference(0, 100, Ranking.PAIRS, MaskSize.of(MaskSize.At.ORIGINAL));
  }
}
