package dev.dovetail.tasks.panoptic;

import java.util.List;

/**
 * The section {@code test} of a config for panoptic segmentation.
 *
 * @param scoreThreshold score that a query must exceed
 * @param overlapThreshold share of a mask that must remain visible
 * @param stuff the classes whose segments are joined
 */
public record PanopticInference(float scoreThreshold, float overlapThreshold, List<Integer> stuff) {

  public PanopticInference {
    requireShare("scoreThreshold", scoreThreshold);
    requireShare("overlapThreshold", overlapThreshold);
    stuff = List.copyOf(stuff);
  }

  private static void requireShare(String name, float value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + " is " + value + ", expected 0 to 1");
    }
  }

  /** As published for the COCO data set; every class is a thing. */
  public static PanopticInference defaults() {
    return new PanopticInference(0.8f, 0.8f, List.of());
  }
}
