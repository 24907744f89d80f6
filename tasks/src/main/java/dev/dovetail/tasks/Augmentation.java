package dev.dovetail.tasks;

import dev.dovetail.images.Preparation;
import dev.dovetail.images.Preprocess;
import java.util.ArrayList;
import java.util.List;

/**
 * The views of an image in test-time augmentation: the key {@code augment} of a config's section
 * {@code test}.
 *
 * @param scales the sizes of the views, in terms of the one that {@code preprocess} says
 * @param flip whether each is also seen with left and right exchanged
 */
public record Augmentation(List<Double> scales, boolean flip) {

  /**
   * @throws IllegalArgumentException if there are no scales, or one is not above 0 or there twice
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

  /** The image as it is. */
  public static Augmentation none() {
    return new Augmentation(List.of(1.0), false);
  }

  /** Whether the image is seen as it is, and in no other view. */
  public boolean seesOnce() {
    return equals(none());
  }

  /**
   * How the views are prepared: scale by scale, the mirrored one after the other.
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

  /** Whether every view fills its input. */
  public boolean fills(Preprocess preprocess) {
    return scales.stream().allMatch(scale -> preprocess.scaled(scale).fills());
  }
}
