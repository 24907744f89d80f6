package dev.dovetail.data.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The section {@code preprocess} of a config: how an image is made into a model's input.
 *
 * @param scale the long and the short edge of the box that the image is resized into, its ratio
 *     kept; for {@link Fit#SHORT_EDGE} the short edge twice; for {@link Fit#STRETCH} height and
 *     width
 * @param fit how the size is reached
 * @param filter how pixels are resampled
 * @param crop height and width of the middle that is kept; empty for all
 * @param divisor sides become multiples of it
 * @param mean of the channels, 0 to 255, in the model's order
 * @param rgb true if the model takes RGB (images are decoded as BGR)
 */
public record Preprocess(
    List<Integer> scale,
    Fit fit,
    Filter filter,
    List<Integer> crop,
    int divisor,
    List<Float> mean,
    List<Float> std,
    boolean rgb) {

  /** How an image gets its size. */
  public enum Fit {
    /** Into the box; zeros at the bottom and the right, after normalisation (mmdet). */
    PAD,
    /** Into the box, then a second resize up to the next multiples (ViT-CoMer's segmentation). */
    RESIZE,
    /** The short edge to its length, whatever the long one is (torchvision, transformers). */
    SHORT_EDGE,
    /** To exactly that height and width (transformers). */
    STRETCH
  }

  /** How pixels are resampled. */
  public enum Filter {
    /** OpenCV's {@code INTER_LINEAR}, which does not smooth where it shrinks (mmcv). */
    OPENCV_LINEAR,
    /** Pillow's antialiased filters (torchvision, timm, transformers). */
    BILINEAR,
    BICUBIC,
    LANCZOS
  }

  public Preprocess {
    if (scale.size() != 2 || Math.min(scale.get(0), scale.get(1)) < 1) {
      throw new IllegalArgumentException("scale is " + scale + ", expected two positive numbers");
    }
    if (fit != Fit.STRETCH && scale.get(0) < scale.get(1)) {
      throw new IllegalArgumentException(
          "scale is " + scale + ", expected the long and the short edge, such as [1333, 800]");
    }
    if (mean.size() != 3 || std.size() != 3 || std.stream().anyMatch(v -> !(v > 0))) {
      throw new IllegalArgumentException("mean and std need three numbers each, std above 0");
    }
    if (divisor < 1) {
      throw new IllegalArgumentException("divisor is " + divisor + ", expected at least 1");
    }
    if (!crop.isEmpty() && (crop.size() != 2 || Math.min(crop.get(0), crop.get(1)) < 1)) {
      throw new IllegalArgumentException(
          "crop is " + crop + ", expected height and width, or nothing");
    }
    scale = List.copyOf(scale);
    crop = List.copyOf(crop);
    mean = List.copyOf(mean);
    std = List.copyOf(std);
  }

  /** Detection at the published size: 1333x800, padded to multiples of 32. */
  public static Preprocess detection() {
    return mmcv(List.of(1333, 800), Fit.PAD);
  }

  /** ADE20K at the published size: 2048x512, resized up to multiples of 32. */
  public static Preprocess segmentation() {
    return mmcv(List.of(2048, 512), Fit.RESIZE);
  }

  private static Preprocess mmcv(List<Integer> scale, Fit fit) {
    return new Preprocess(
        scale,
        fit,
        Filter.OPENCV_LINEAR,
        List.of(),
        32,
        Normalization.IMAGENET.mean(),
        Normalization.IMAGENET.std(),
        true);
  }

  /** ImageNet at the usual size: the middle 224x224 of an image with a short edge of 256. */
  public static Preprocess classification() {
    return new Preprocess(
        List.of(256, 256),
        Fit.SHORT_EDGE,
        Filter.BICUBIC,
        List.of(224, 224),
        1,
        Normalization.IMAGENET.mean(),
        Normalization.IMAGENET.std(),
        true);
  }

  /** The resizes, the crop and the padding. */
  public Preparation preparation() {
    List<Step> steps = new ArrayList<>();
    switch (fit) {
      case PAD -> steps.add(filtered(new Resize.KeepRatio(scale.get(0), scale.get(1))));
      case RESIZE -> {
        steps.add(filtered(new Resize.KeepRatio(scale.get(0), scale.get(1))));
        steps.add(filtered(new Resize.ToMultiple(divisor)));
      }
      case SHORT_EDGE -> steps.add(filtered(new Resize.ShortEdge(scale.get(1))));
      case STRETCH -> steps.add(filtered(new Resize.Exact(new Size(scale.get(0), scale.get(1)))));
    }
    if (!crop.isEmpty()) {
      steps.add(new CentreCrop(new Size(crop.get(0), crop.get(1))));
    }
    return new Preparation(steps, fit == Fit.RESIZE ? 1 : divisor);
  }

  /**
   * The same for a model whose input has one size. Where this pads, the image keeps its ratio and is
   * padded to that size; a crop of that size stays as it is; all else is stretched.
   */
  public Preparation preparation(Size input) {
    Resize rule = fit == Fit.PAD ? new Resize.Within(input) : new Resize.Exact(input);
    List<Step> steps = new ArrayList<>(List.of(filtered(rule)));
    if (!crop.isEmpty() && input.equals(new Size(crop.get(0), crop.get(1)))) {
      steps = new ArrayList<>(preparation().steps());
    }
    return new Preparation(steps, 1, Optional.of(input));
  }

  private Resize filtered(Resize rule) {
    return filter == Filter.OPENCV_LINEAR
        ? rule
        : new Resize.Pillow(rule, PillowFilter.valueOf(filter.name()));
  }

  /** Whether every image fills its input, so that nothing is padded. */
  public boolean fills() {
    return switch (fit) {
      case PAD -> false;
      case RESIZE -> true;
      case SHORT_EDGE -> divisor == 1;
      case STRETCH -> scale.stream().allMatch(side -> side % divisor == 0);
    };
  }

  /**
   * The size of a model's input as it is published: the box for images, padded, or what the crop
   * leaves.
   */
  public Size inputSize() {
    return switch (fit) {
      case PAD, RESIZE -> new Size(multiple(scale.get(1)), multiple(scale.get(0)));
      case SHORT_EDGE, STRETCH -> preparation().geometry(new Size(1024, 1024)).padded();
    };
  }

  private int multiple(int length) {
    return (length + divisor - 1) / divisor * divisor;
  }

  public Normalization normalization() {
    return new Normalization(mean, std, rgb);
  }
}
