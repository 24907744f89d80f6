package dev.dovetail.tasks.detection;

import dev.dovetail.images.MaskPaste;
import dev.dovetail.images.ResizedMaskPaste;
import dev.dovetail.images.SampledMaskPaste;

/**
 * The section {@code masks} of the config of a detector with masks within boxes.
 *
 * @param paste how masks are pasted into the image
 * @param threshold the minimum probability of a pixel in a mask
 */
public record MaskInference(Method paste, float threshold) {

  /** How a mask within its box is pasted into the image. */
  public enum Method {
    /** The mask is sampled at the center of each pixel (mmdet, detectron2). */
    SAMPLED,
    /** The mask is resized to whole pixels (torchvision). */
    RESIZED
  }

  /**
   * @throws IllegalArgumentException if the threshold is not from 0 to 1
   */
  public MaskInference {
    if (!(threshold >= 0 && threshold <= 1)) {
      throw new IllegalArgumentException(
          "threshold is " + threshold + ", expected a number from 0 to 1");
    }
  }

  /** Returns the options of mmdet. */
  public static MaskInference defaults() {
    return new MaskInference(Method.SAMPLED, 0.5f);
  }

  MaskPaste pasting() {
    return paste == Method.SAMPLED
        ? new SampledMaskPaste(threshold)
        : new ResizedMaskPaste(threshold);
  }
}
