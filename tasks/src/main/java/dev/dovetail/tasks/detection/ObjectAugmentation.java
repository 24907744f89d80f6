package dev.dovetail.tasks.detection;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.dovetail.graph.network.Suppression;
import dev.dovetail.tasks.Augmentation;

/**
 * The key {@code test.augment} of a detector's config: in which views an image is seen, and how
 * their objects are merged.
 *
 * @param views the views; their keys stand beside the others in a config
 * @param iouThreshold overlap with a better object of the same class above which one goes
 * @param maxDetections how many objects of an image stay
 */
public record ObjectAugmentation(
    @JsonUnwrapped Augmentation views, float iouThreshold, int maxDetections) {

  /**
   * @throws IllegalArgumentException if a value is out of range
   */
  public ObjectAugmentation {
    if (!(iouThreshold >= 0 && iouThreshold <= 1)) {
      throw new IllegalArgumentException("iouThreshold is " + iouThreshold + ", expected 0 to 1");
    }
    if (maxDetections < 1) {
      throw new IllegalArgumentException(
          "maxDetections is " + maxDetections + ", expected a positive number");
    }
  }

  /** The image as it is, and views merged as objects of one view compete (detectron2). */
  static ObjectAugmentation of(Suppression own) {
    return new ObjectAugmentation(Augmentation.none(), own.iouThreshold(), own.maxDetections());
  }
}
