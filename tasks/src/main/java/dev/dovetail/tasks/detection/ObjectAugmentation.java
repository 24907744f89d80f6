package dev.dovetail.tasks.detection;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.dovetail.graph.network.Suppression;
import dev.dovetail.tasks.Augmentation;

/**
 * The key {@code test.augment} of a detector's config: the views of an image and the merging of
 * their objects.
 *
 * @param views the views; in a config, their keys are at the same level as the others
 * @param iouThreshold the overlap with a better object of the same class above which an object is
 *     removed
 * @param maxDetections the maximum number of objects per image
 */
public record ObjectAugmentation(
    @JsonUnwrapped Augmentation views, float iouThreshold, int maxDetections) {

  /**
   * @throws IllegalArgumentException if a value is out of range
   */
  public ObjectAugmentation {
    if (!(iouThreshold >= 0 && iouThreshold <= 1)) {
      throw new IllegalArgumentException(
          "iouThreshold is " + iouThreshold + ", expected a number from 0 to 1");
    }
    if (maxDetections < 1) {
      throw new IllegalArgumentException(
          "maxDetections is " + maxDetections + ", expected a positive number");
    }
  }

  /**
   * Returns the defaults: a single unchanged view, and merging with the options of suppression
   * within a view (detectron2).
   */
  static ObjectAugmentation of(Suppression own) {
    return new ObjectAugmentation(Augmentation.none(), own.iouThreshold(), own.maxDetections());
  }
}
