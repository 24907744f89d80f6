package dev.dovetail.images;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.dovetail.formats.Size;
import dev.dovetail.images.CentreCrop.Rounding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The section {@code preprocess} of a config: how an image is made into a model's input.
 *
 * @param scale the long and the short edge of the box that the image is resized into, its ratio
 *     kept; for {@link Fit#SHORT_EDGE} the short edge twice; for {@link Fit#STRETCH} and {@link
 *     Fit#WITHIN} height and width
 * @param fit how the size is reached
 * @param filter how pixels are resampled
 * @param middle what is kept of the resized image
 * @param divisor sides become multiples of it
 * @param mean of the channels, 0 to 255, in the model's order
 * @param rgb true if the model takes RGB (images are decoded as BGR)
 */
public record Preprocess(
    List<Integer> scale,
    Fit fit,
    Filter filter,
    @JsonUnwrapped Crop middle,
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
    /** The same, but less where the long edge would exceed its own length (DETR). */
    SHORT_EDGE_BOUNDED,
    /** As large as the height and the width allow, the ratio kept (transformers). */
    WITHIN,
    /** To exactly that height and width (transformers). */
    STRETCH,
    /** Not at all; {@code scale} has no meaning. */
    KEEP
  }

  /** How pixels are resampled. */
  public enum Filter {
    /** OpenCV's {@code INTER_LINEAR}, which does not smooth where it shrinks (mmcv). */
    OPENCV_LINEAR,
    /** Pillow's filters, antialiased but for the first (torchvision, timm, transformers). */
    NEAREST,
    BOX,
    BILINEAR,
    HAMMING,
    BICUBIC,
    LANCZOS
  }

  /**
   * The middle of a resized image. In a config these are keys of the section itself.
   *
   * @param crop height and width; empty for the whole image
   * @param cropRounding where the middle begins if it is half a pixel off
   */
  public record Crop(List<Integer> crop, Rounding cropRounding) {

    public Crop {
      if (!crop.isEmpty() && (crop.size() != 2 || Math.min(crop.get(0), crop.get(1)) < 1)) {
        throw new IllegalArgumentException(
            "crop is " + crop + ", expected height and width, or nothing");
      }
      crop = List.copyOf(crop);
    }

    /** The whole image. */
    public static Crop none() {
      return new Crop(List.of(), Rounding.DOWN);
    }
  }

  public Preprocess {
    if (scale.size() != 2 || Math.min(scale.get(0), scale.get(1)) < 1) {
      throw new IllegalArgumentException("scale is " + scale + ", expected two positive numbers");
    }
    boolean edges = fit != Fit.STRETCH && fit != Fit.WITHIN && fit != Fit.KEEP;
    if (edges && scale.get(0) < scale.get(1)) {
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
        Crop.none(),
        32,
        PixelNormalization.IMAGENET.mean(),
        PixelNormalization.IMAGENET.std(),
        true);
  }

  /** ImageNet at the usual size: the middle 224x224 of an image with a short edge of 256. */
  public static Preprocess classification() {
    return classification(224, 256);
  }

  /**
   * The middle of an image, normalised with ImageNet's means (torchvision, timm).
   *
   * @param side height and width of the middle
   * @param edge the short edge before the crop
   */
  public static Preprocess classification(int side, int edge) {
    return new Preprocess(
        List.of(edge, edge),
        Fit.SHORT_EDGE,
        Filter.BICUBIC,
        new Crop(List.of(side, side), Rounding.HALF_EVEN),
        1,
        PixelNormalization.IMAGENET.mean(),
        PixelNormalization.IMAGENET.std(),
        true);
  }

  /** The resizes, the crop and the padding. */
  public Preparation preparation() {
    List<Step> steps = new ArrayList<>();
    int first = scale.get(0);
    int second = scale.get(1);
    switch (fit) {
      case PAD -> steps.add(filtered(new Resize.KeepRatio(first, second)));
      case RESIZE -> {
        steps.add(filtered(new Resize.KeepRatio(first, second)));
        steps.add(filtered(new Resize.ToMultiple(divisor)));
      }
      case SHORT_EDGE -> steps.add(filtered(new Resize.ShortEdge(second)));
      case SHORT_EDGE_BOUNDED -> steps.add(filtered(new Resize.BoundedShortEdge(first, second)));
      case WITHIN -> steps.add(filtered(new Resize.Within(new Size(first, second))));
      case STRETCH -> steps.add(filtered(new Resize.Exact(new Size(first, second))));
      case KEEP -> {}
    }
    if (!middle.crop().isEmpty()) {
      steps.add(
          new CentreCrop(
              new Size(middle.crop().get(0), middle.crop().get(1)), middle.cropRounding()));
    }
    return new Preparation(steps, fit == Fit.RESIZE ? 1 : divisor);
  }

  /**
   * The same for a model whose input has one size. An image that comes to that size is prepared as
   * ever. Where this pads, all others keep their ratio and are padded to that size, and are made
   * smaller only if they would not fit; where it does not pad they are stretched.
   */
  public Preparation preparation(Size input) {
    boolean padding = fit == Fit.PAD || fit == Fit.SHORT_EDGE_BOUNDED || fit == Fit.WITHIN;
    Resize otherwise = padding ? new Resize.Within(input) : new Resize.Exact(input);
    Preparation usual = preparation();
    return new Preparation(
        usual.steps(),
        usual.padMultiple(),
        Optional.of(new Preparation.Prescribed(input, padding, filtered(otherwise))));
  }

  private Resize filtered(Resize rule) {
    return filter == Filter.OPENCV_LINEAR
        ? rule
        : new Resize.Pillow(rule, PillowFilter.valueOf(filter.name()));
  }

  /** Whether every image fills its input, so that nothing is padded; of exported files too. */
  public boolean fills() {
    return switch (fit) {
      case PAD, SHORT_EDGE_BOUNDED, WITHIN -> false;
      case RESIZE -> true;
      case SHORT_EDGE, KEEP -> divisor == 1;
      case STRETCH ->
          (middle.crop().isEmpty() ? scale : middle.crop())
              .stream().allMatch(n -> n % divisor == 0);
    };
  }

  /**
   * The size of a model's input as it is published: the box for images, padded, or what the crop
   * leaves.
   */
  public Size inputSize() {
    return switch (fit) {
      case PAD, RESIZE, SHORT_EDGE_BOUNDED ->
          new Size(multiple(scale.get(1)), multiple(scale.get(0)));
      case SHORT_EDGE, STRETCH, WITHIN, KEEP ->
          preparation().geometry(new Size(1024, 1024)).padded();
    };
  }

  private int multiple(int length) {
    return (length + divisor - 1) / divisor * divisor;
  }

  public PixelNormalization normalization() {
    return new PixelNormalization(mean, std, rgb);
  }
}
