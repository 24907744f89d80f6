package dev.dovetail.tasks.panoptic;

import java.util.List;

/**
 * The section {@code test} of a config for panoptic segmentation.
 *
 * @param scoreThreshold score that a query must exceed
 * @param overlapThreshold share of a mask that must remain visible
 * @param stuff the classes whose segments are joined
 */
public record PanopticInference(
    double scoreThreshold, double overlapThreshold, List<Integer> stuff) {

  public PanopticInference {
    requireShare("scoreThreshold", scoreThreshold);
    requireShare("overlapThreshold", overlapThreshold);
    stuff = List.copyOf(stuff);
  }

  /**
   * The same for a model of so many classes.
   *
   * @throws IllegalArgumentException if {@code stuff} has a number that is none of them
   */
  PanopticInference requireWithin(int classes) {
    for (int label : stuff) {
      if (label < 0 || label >= classes) {
        throw new IllegalArgumentException(
            "'test.stuff' has " + label + ", but the model's classes are 0 to " + (classes - 1));
      }
    }
    return this;
  }

  private static void requireShare(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + " is " + value + ", expected 0 to 1");
    }
  }

  /** As published for the COCO data set; every class is a thing. */
  public static PanopticInference defaults() {
    return new PanopticInference(0.8, 0.8, List.of());
  }
}
