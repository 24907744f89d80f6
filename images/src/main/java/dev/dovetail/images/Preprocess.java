package dev.dovetail.images;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.dovetail.formats.Size;
import dev.dovetail.images.CentreCrop.Rounding;
import dev.dovetail.images.Preprocess.Sides.Fill;
import dev.dovetail.images.Preprocess.Sides.Multiples;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The section {@code preprocess} of a config: how an image is made into a model's input.
 *
 * @param target the size that the image is resized to
 * @param filter how pixels are resampled
 * @param middle what is kept of the resized image
 * @param sides what the sides of an input become
 * @param mean of the channels, 0 to 255, in the model's order
 * @param rgb true if the model takes RGB (images are decoded as BGR)
 */
public record Preprocess(
    @JsonUnwrapped Target target,
    Filter filter,
    @JsonUnwrapped Crop middle,
    @JsonUnwrapped Sides sides,
    List<Float> mean,
    List<Float> std,
    boolean rgb) {

  /** How an image gets its size. */
  public enum Fit {
    /** Into the box; zeros at the bottom and the right, after normalisation (mmdet). */
    PAD,
    /** The same with sides rounded down instead of half up (torchvision's detectors). */
    PAD_DOWN,
    /** Into the box, then a second resize up to the next multiples (ViT-CoMer's segmentation). */
    RESIZE,
    /** The short edge to its length, whatever the long one is (torchvision, transformers). */
    SHORT_EDGE,
    /** The same, but less where the long edge would exceed its own length (DETR). */
    SHORT_EDGE_BOUNDED,
    /** As large as the height and the width allow, the ratio kept (transformers). */
    WITHIN,
    /** To that height or that width, whichever changes the image less; the ratio kept (DPT). */
    CLOSEST,
    /** To exactly that height and width (transformers). */
    STRETCH,
    /** Not at all; {@code scale} has no meaning. */
    KEEP
  }

  /**
   * The size that an image is resized to. In a config these are keys of the section itself; what
   * the two numbers of {@code scale} are depends on {@code fit}, so that code asks for {@link
   * #longEdge}, {@link #shortEdge} or {@link #size}.
   *
   * @param scale the long and the short edge of the box that the image is resized into, its ratio
   *     kept; for {@link Fit#SHORT_EDGE} the short edge twice; for {@link Fit#STRETCH}, {@link
   *     Fit#WITHIN} and {@link Fit#CLOSEST} height and width
   * @param fit how the size is reached
   */
  public record Target(List<Integer> scale, Fit fit) {

    public Target {
      if (scale.size() != 2 || Math.min(scale.get(0), scale.get(1)) < 1) {
        throw new IllegalArgumentException("scale is " + scale + ", expected two positive numbers");
      }
      if (hasEdges(fit) && scale.get(0) < scale.get(1)) {
        throw new IllegalArgumentException(
            "scale is " + scale + ", expected the long and the short edge, such as [1333, 800]");
      }
      scale = List.copyOf(scale);
    }

    /**
     * {@return a box for the long and the short edge of images}
     *
     * @param fit {@link Fit#PAD}, {@link Fit#PAD_DOWN}, {@link Fit#RESIZE} or {@link
     *     Fit#SHORT_EDGE_BOUNDED}
     */
    public static Target edges(Fit fit, int longEdge, int shortEdge) {
      return new Target(List.of(longEdge, shortEdge), fit);
    }

    /** {@return a length for the short edge of images} */
    public static Target shortEdge(int length) {
      return new Target(List.of(length, length), Fit.SHORT_EDGE);
    }

    /**
     * {@return a height and a width}
     *
     * @param fit {@link Fit#STRETCH}, {@link Fit#WITHIN} or {@link Fit#CLOSEST}
     */
    public static Target size(Fit fit, int height, int width) {
      return new Target(List.of(height, width), fit);
    }

    private Target times(double factor) {
      return new Target(Preprocess.times(scale, factor), fit);
    }

    /** {@return the same numbers without any resizing} */
    public Target kept() {
      return new Target(scale, Fit.KEEP);
    }

    /** {@return the most that the long edge becomes, in pixels} */
    public int longEdge() {
      require(hasEdges(fit) && fit != Fit.SHORT_EDGE, "long edge");
      return scale.get(0);
    }

    /** {@return what the short edge becomes, or the most that it does, in pixels} */
    public int shortEdge() {
      require(hasEdges(fit), "short edge");
      return scale.get(1);
    }

    /** {@return height and width, or the most that they become} */
    public Size size() {
      require(hasSize(fit), "size");
      return new Size(scale.get(0), scale.get(1));
    }

    private void require(boolean holds, String what) {
      if (!holds) {
        throw new IllegalStateException("images of fit " + fit + " have no " + what);
      }
    }

    private static boolean hasEdges(Fit fit) {
      return !hasSize(fit) && fit != Fit.KEEP;
    }

    private static boolean hasSize(Fit fit) {
      return fit == Fit.STRETCH || fit == Fit.WITHIN || fit == Fit.CLOSEST;
    }
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
    LANCZOS,
    /** {@link #BILINEAR} in floating point, rounded once (RF-DETR, which rescales first). */
    FLOAT_BILINEAR
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

  /**
   * What the sides of an input become. In a config these are keys of the section itself.
   *
   * @param divisor sides become multiples of it; 1 leaves them as they are
   * @param multiples how they become multiples; {@link Fit#RESIZE} has its own second resize
   * @param padTo height and width to which every image is padded at the bottom and the right, and
   *     into which it has to fit; empty for no more padding than {@code divisor} asks
   * @param padWith what is beside an image
   */
  public record Sides(int divisor, Multiples multiples, List<Integer> padTo, Fill padWith) {

    /** How sides become multiples. */
    public enum Multiples {
      /** Padded at the bottom and the right. */
      PAD,
      /** Resized to the next multiples in the one resize (MaskFormer). */
      UP,
      /** Resized to the multiples before in the one resize (YOLOS). */
      DOWN,
      /** Resized to the nearest multiples in the one resize (DPT). */
      NEAREST
    }

    /** What is beside an image. */
    public enum Fill {
      /** Zeros after normalisation. */
      ZERO,
      /** Black pixels, which are normalised as the image is (EoMT). */
      BLACK
    }

    public Sides {
      if (divisor < 1) {
        throw new IllegalArgumentException("divisor is " + divisor + ", expected at least 1");
      }
      if (!padTo.isEmpty() && (padTo.size() != 2 || Math.min(padTo.get(0), padTo.get(1)) < 1)) {
        throw new IllegalArgumentException(
            "padTo is " + padTo + ", expected height and width, or nothing");
      }
      padTo = List.copyOf(padTo);
    }

    /** {@return multiples by padding with zeros} */
    public static Sides padded(int divisor) {
      return new Sides(divisor, Multiples.PAD, List.of(), Fill.ZERO);
    }

    /** {@return sides that are multiples as soon as images are resized} */
    public static Sides resized(int divisor, Multiples multiples) {
      return new Sides(divisor, multiples, List.of(), Fill.ZERO);
    }

    /** {@return the same with every image padded to a size} */
    public Sides paddedTo(int height, int width, Fill with) {
      return new Sides(divisor, multiples, List.of(height, width), with);
    }

    private Sides times(double factor) {
      return new Sides(divisor, multiples, Preprocess.times(padTo, factor), padWith);
    }

    private int padMultiple() {
      return multiples == Multiples.PAD ? divisor : 1;
    }

    private Optional<Size> padSize() {
      return padTo.isEmpty() ? Optional.empty() : Optional.of(new Size(padTo.get(0), padTo.get(1)));
    }

    /** A resize whose result has such sides. */
    private Resize of(Resize rule) {
      return padMultiple() == divisor ? rule : new Resize.Multiple(rule, divisor, multiples);
    }
  }

  public Preprocess {
    if (mean.size() != 3 || std.size() != 3 || std.stream().anyMatch(v -> !(v > 0))) {
      throw new IllegalArgumentException("mean and std need three numbers each, std above 0");
    }
    if (sides.multiples() != Multiples.PAD
        && (target.fit() == Fit.RESIZE || target.fit() == Fit.KEEP)) {
      throw new IllegalArgumentException(
          "multiples is "
              + sides.multiples()
              + ", expected PAD where fit is "
              + target.fit()
              + ": there is no resize that could round");
    }
    mean = List.copyOf(mean);
    std = List.copyOf(std);
  }

  /** Detection at the published size: 1333x800, padded to multiples of 32. */
  public static Preprocess detection() {
    return mmcv(Target.edges(Fit.PAD, 1333, 800));
  }

  /** ADE20K at the published size: 2048x512, resized up to multiples of 32. */
  public static Preprocess segmentation() {
    return mmcv(Target.edges(Fit.RESIZE, 2048, 512));
  }

  private static Preprocess mmcv(Target target) {
    return new Preprocess(
        target,
        Filter.OPENCV_LINEAR,
        Crop.none(),
        Sides.padded(32),
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
        Target.shortEdge(edge),
        Filter.BICUBIC,
        new Crop(List.of(side, side), Rounding.HALF_EVEN),
        Sides.padded(1),
        PixelNormalization.IMAGENET.mean(),
        PixelNormalization.IMAGENET.std(),
        true);
  }

  /**
   * {@return the same for images of another scale: the sides or edges that they get, and the size
   * to which they are padded, times a factor, fractions cut off (mmseg's and mmdet's {@code
   * MultiScaleFlipAug} with {@code img_ratios})}
   *
   * @param factor above 0
   * @throws IllegalArgumentException where images keep their size, or nothing would be left of them
   */
  public Preprocess scaled(double factor) {
    if (factor == 1) {
      return this;
    }
    if (target.fit() == Fit.KEEP) {
      throw new IllegalArgumentException(
          "there is no scale "
              + factor
              + " of images that keep their size: expected 1 where preprocess.fit is 'keep'");
    }
    return new Preprocess(
        target.times(factor), filter, middle, sides.times(factor), mean, std, rgb);
  }

  private static List<Integer> times(List<Integer> sides, double factor) {
    return sides.stream().map(side -> (int) (side * factor)).toList();
  }

  /** The number of which sides become multiples. */
  public int divisor() {
    return sides.divisor();
  }

  /** The resizes, the crop and the padding. */
  public Preparation preparation() {
    List<Step> steps = new ArrayList<>();
    switch (target.fit()) {
      case PAD, PAD_DOWN ->
          steps.add(
              filtered(
                  new Resize.KeepRatio(
                      target.longEdge(), target.shortEdge(), target.fit() == Fit.PAD_DOWN)));
      case RESIZE -> {
        steps.add(filtered(new Resize.KeepRatio(target.longEdge(), target.shortEdge())));
        steps.add(filtered(new Resize.ToMultiple(divisor())));
      }
      case SHORT_EDGE -> steps.add(filtered(new Resize.ShortEdge(target.shortEdge())));
      case SHORT_EDGE_BOUNDED ->
          steps.add(
              filtered(
                  new Resize.BoundedShortEdge(
                      target.longEdge(), target.shortEdge(), sides.multiples() == Multiples.DOWN)));
      case WITHIN -> steps.add(filtered(new Resize.Within(target.size())));
      case CLOSEST -> steps.add(filtered(new Resize.Closest(target.size(), 1)));
      case STRETCH -> steps.add(filtered(new Resize.Exact(target.size())));
      case KEEP -> {}
    }
    if (!middle.crop().isEmpty()) {
      steps.add(
          new CentreCrop(
              new Size(middle.crop().get(0), middle.crop().get(1)), middle.cropRounding()));
    }
    int multiple = target.fit() == Fit.RESIZE ? 1 : sides.padMultiple();
    return new Preparation(steps, multiple, sides.padSize(), Optional.empty(), false);
  }

  /**
   * The same for a model whose input has one size. An image that comes to that size is prepared as
   * ever. Where this pads, all others keep their ratio and are padded to that size, and are made
   * smaller only if they would not fit; where it does not pad they are stretched.
   */
  public Preparation preparation(Size input) {
    Fit fit = target.fit();
    boolean padding =
        switch (fit) {
          case PAD, PAD_DOWN, SHORT_EDGE_BOUNDED, WITHIN -> true;
          case RESIZE, SHORT_EDGE, CLOSEST, STRETCH, KEEP -> padsToSize();
        };
    Resize otherwise = padding ? new Resize.Within(input) : new Resize.Exact(input);
    Preparation usual = preparation();
    return new Preparation(
        usual.steps(),
        usual.padMultiple(),
        Optional.empty(),
        Optional.of(new Preparation.Prescribed(input, padding, smoothed(otherwise))),
        false);
  }

  private boolean padsToSize() {
    return !sides.padTo().isEmpty() && !fills();
  }

  private Resize filtered(Resize rule) {
    return smoothed(sides.of(rule));
  }

  private Resize smoothed(Resize rule) {
    return switch (filter) {
      case OPENCV_LINEAR -> rule;
      case FLOAT_BILINEAR -> new Resize.Pillow(rule, PillowFilter.BILINEAR, true);
      default -> new Resize.Pillow(rule, PillowFilter.valueOf(filter.name()));
    };
  }

  /** Whether every image fills its input, so that nothing is padded; of exported files too. */
  public boolean fills() {
    return switch (target.fit()) {
      case PAD, PAD_DOWN, SHORT_EDGE_BOUNDED, WITHIN -> false;
      case RESIZE -> sides.padTo().isEmpty();
      case SHORT_EDGE, CLOSEST, KEEP -> sides.padMultiple() == 1 && sides.padTo().isEmpty();
      case STRETCH -> {
        Size size =
            middle.crop().isEmpty()
                ? sides.of(new Resize.Exact(target.size())).of(target.size())
                : new Size(middle.crop().get(0), middle.crop().get(1));
        yield sides.padSize().orElse(size).roundedUp(sides.padMultiple()).equals(size);
      }
    };
  }

  /** What the channels hold beside an image, in the model's order. */
  public float[] beside() {
    float[] values = new float[Image.CHANNELS];
    if (sides.padWith() == Fill.BLACK) {
      PixelNormalization normalization = normalization();
      for (int c = 0; c < values.length; c++) {
        values[c] = normalization.of(c, 0);
      }
    }
    return values;
  }

  /**
   * The size of a model's input as it is published: the box for images, padded, or what the crop
   * leaves.
   */
  public Size inputSize() {
    return switch (target.fit()) {
      case PAD, PAD_DOWN, RESIZE, SHORT_EDGE_BOUNDED -> {
        Size box = new Size(target.shortEdge(), target.longEdge());
        Size resized = sides.of(new Resize.Exact(box)).of(box);
        yield sides.padSize().orElse(resized.roundedUp(sides.padMultiple()));
      }
      case SHORT_EDGE, STRETCH, WITHIN, CLOSEST, KEEP ->
          preparation().geometry(new Size(1024, 1024)).padded();
    };
  }

  public PixelNormalization normalization() {
    return new PixelNormalization(mean, std, rgb);
  }
}
