package dev.dovetail.tasks;

import dev.dovetail.images.Preparation;
import dev.dovetail.images.Preprocess;
import java.util.ArrayList;
import java.util.List;

/**
 * The views of an image in test-time augmentation: the key {@code augment} of a config's section
 * {@code test}.
 *
 * @param scales the sizes of the views relative to the size in {@code preprocess}
 * @param flip whether each view is also flipped horizontally
 */
public record Augmentation(List<Double> scales, boolean flip) {

  /**
   * @throws IllegalArgumentException if there are no scales, or a scale is not positive or
   *     duplicated
   */
  public Augmentation {
    if (scales.isEmpty()
        || scales.stream().anyMatch(s -> !(s > 0 && s < Double.POSITIVE_INFINITY))
        || scales.stream().distinct().count() < scales.size()) {
      throw new IllegalArgumentException(
          "scales is " + scales + ", expected different numbers above 0, such as [0.75, 1, 1.25]");
    }
    scales = List.copyOf(scales);
  }

  /** Returns the unchanged image as the only view. */
  public static Augmentation none() {
    return new Augmentation(List.of(1.0), false);
  }

  /** Returns whether the unchanged image is the only view. */
  public boolean seesOnce() {
    return equals(none());
  }

  /**
   * Returns the preprocessing of the views: scale by scale, the flipped view after the unflipped
   * one.
   *
   * @throws IllegalArgumentException if images cannot be scaled
   */
  public List<Preparation> views(Preprocess preprocess) {
    List<Preparation> views = new ArrayList<>();
    for (double scale : scales) {
      Preparation view = preprocess.scaled(scale).preparation();
      views.add(view);
      if (flip) {
        views.add(view.mirror());
      }
    }
    return views;
  }

  /** Returns whether no view has padding. */
  public boolean fills(Preprocess preprocess) {
    return scales.stream().allMatch(scale -> preprocess.scaled(scale).fills());
  }
}
