package dev.dovetail.models;

import dev.dovetail.data.image.Normalization;
import dev.dovetail.data.image.Preparation;
import dev.dovetail.data.image.Resize;
import java.util.List;

/**
 * The section {@code preprocess} of a config: how an image is made into a model's input.
 *
 * @param scale the long and the short edge of the box that the image is resized into, its ratio
 *     kept
 * @param fit how the sides become multiples of {@code divisor}
 * @param mean of the channels, 0 to 255, in the model's order
 * @param rgb true if the model takes RGB (images are decoded as BGR)
 */
public record Preprocess(
    List<Integer> scale, Fit fit, int divisor, List<Float> mean, List<Float> std, boolean rgb) {

  /** How sides become multiples of the divisor. */
  public enum Fit {
    /** Zeros at the bottom and the right, after normalisation (mmdet). */
    PAD,
    /** A second resize up to the next multiples (ViT-CoMer's segmentation). */
    RESIZE
  }

  public Preprocess {
    if (scale.size() != 2 || scale.get(0) < scale.get(1) || scale.get(1) < 1) {
      throw new IllegalArgumentException(
          "scale is " + scale + ", expected the long and the short edge, such as [1333, 800]");
    }
    if (mean.size() != 3 || std.size() != 3 || std.stream().anyMatch(v -> !(v > 0))) {
      throw new IllegalArgumentException("mean and std need three numbers each, std above 0");
    }
    if (divisor < 1) {
      throw new IllegalArgumentException("divisor is " + divisor + ", expected at least 1");
    }
    scale = List.copyOf(scale);
    mean = List.copyOf(mean);
    std = List.copyOf(std);
  }

  /** Detection at the published size: 1333x800, padded to multiples of 32. */
  public static Preprocess detection() {
    return new Preprocess(
        List.of(1333, 800),
        Fit.PAD,
        32,
        Normalization.IMAGENET.mean(),
        Normalization.IMAGENET.std(),
        true);
  }

  /** ADE20K at the published size: 2048x512, resized up to multiples of 32. */
  public static Preprocess segmentation() {
    return new Preprocess(
        List.of(2048, 512),
        Fit.RESIZE,
        32,
        Normalization.IMAGENET.mean(),
        Normalization.IMAGENET.std(),
        true);
  }

  /** The resizes and the padding. */
  public Preparation preparation() {
    Resize keepRatio = new Resize.KeepRatio(scale.get(0), scale.get(1));
    return fit == Fit.PAD
        ? new Preparation(List.of(keepRatio), divisor)
        : new Preparation(List.of(keepRatio, new Resize.ToMultiple(divisor)), 1);
  }

  public Normalization normalization() {
    return new Normalization(mean, std, rgb);
  }
}
