package dev.dovetail.tasks.detection;

import dev.dovetail.tasks.masks.MaskSize;

/**
 * The section {@code test} of a config for instances of networks whose queries draw masks.
 *
 * @param scoreThreshold score that an instance must reach
 * @param maxDetections how many instances of an image are kept
 * @param ranking which of them are
 * @param masks the size at which masks are cut out and judged; smaller masks are then enlarged
 */
public record InstanceInference(
    double scoreThreshold, int maxDetections, Ranking ranking, MaskSize masks) {

  /** Which instances are the best. */
  public enum Ranking {
    /** Pairs of a query and a class (Mask2Former, MaskFormer). */
    PAIRS,
    /** Queries, each with its best class (EoMT). */
    QUERIES
  }

  public InstanceInference {
    if (!(scoreThreshold >= 0 && scoreThreshold <= 1)) {
      throw new IllegalArgumentException(
          "scoreThreshold is " + scoreThreshold + ", expected 0 to 1");
    }
    if (maxDetections < 1) {
      throw new IllegalArgumentException(
          "maxDetections is " + maxDetections + ", expected a positive number");
    }
  }

  /** As published for the COCO data set. */
  public static InstanceInference defaults() {
    return new InstanceInference(0, 100, Ranking.PAIRS, MaskSize.of(MaskSize.At.ORIGINAL));
  }
}
