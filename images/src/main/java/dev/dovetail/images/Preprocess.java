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
 * The section {@code preprocess} of a config: the conversion of an image to a model's input.
 *
 * @param target the size that the image is resized to
 * @param filter the resampling filter
 * @param middle the crop of the resized image
 * @param sides the padding or rounding of the input's sides
 * @param mean of the channels, 0 to 255, in the model's order
 * @param rgb true if the model expects RGB (images are decoded as BGR)
 */
public record Preprocess(
    @JsonUnwrapped Target target,
    Filter filter,
    @JsonUnwrapped Crop middle,
    @JsonUnwrapped Sides sides,
    List<Float> mean,
    List<Float> std,
    boolean rgb) {

  /** The rule for the size of a resized image. */
  public enum Fit {
    /** Fits into the box, with zeros at the bottom and the right after normalization (mmdet). */
    PAD,
    /**
     * The same as {@link #PAD}, with sides rounded down instead of half up (torchvision's
     * detectors).
     */
    PAD_DOWN,
    /**
     * Fits into the box, followed by a second resize up to the next multiples (ViT-CoMer's
     * segmentation).
     */
    RESIZE,
    /** Resizes the short edge to a length, with any long edge (torchvision, transformers). */
    SHORT_EDGE,
    /**
     * Resizes the short edge to a length, or less if the long edge would exceed its maximum (DETR).
     */
    SHORT_EDGE_BOUNDED,
    /** The largest size within a height and a width, with the aspect ratio kept (transformers). */
    WITHIN,
    /**
     * Resizes to a height or a width, whichever changes the image less, with the aspect ratio kept
     * (DPT).
     */
    CLOSEST,
    /** Resizes to exactly a height and a width (transformers). */
    STRETCH,
    /** Does not resize; {@code scale} is ignored. */
    KEEP
  }

  /**
   * The size that an image is resized to. In a config, these are keys of the section itself. The
   * meaning of the two numbers of {@code scale} depends on {@code fit}, so code calls {@link
   * #longEdge}, {@link #shortEdge} or {@link #size}.
   *
   * @param scale the long and the short edge of the box that the image is resized into, with the
   *     aspect ratio kept; for {@link Fit#SHORT_EDGE}, the short edge twice; for {@link
   *     Fit#STRETCH}, {@link Fit#WITHIN} and {@link Fit#CLOSEST}, height and width
   * @param fit the rule for the size
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

    /** {@return a length of the short edge of images} */
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

    /** {@return the same scale without resizing} */
    public Target kept() {
      return new Target(scale, Fit.KEEP);
    }

    /** {@return the largest length of the long edge, in pixels} */
    public int longEdge() {
      require(hasEdges(fit) && fit != Fit.SHORT_EDGE, "long edge");
      return scale.get(0);
    }

    /** {@return the length or the largest length of the short edge, in pixels} */
    public int shortEdge() {
      require(hasEdges(fit), "short edge");
      return scale.get(1);
    }

    /** {@return the height and width, or their largest values} */
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

  /** The resampling filter. */
  public enum Filter {
    /** OpenCV's {@code INTER_LINEAR}, without antialiasing (mmcv). */
    OPENCV_LINEAR,
    /**
     * Pillow's filters, with antialiasing except for the first (torchvision, timm, transformers).
     */
    NEAREST,
    BOX,
    BILINEAR,
    HAMMING,
    BICUBIC,
    LANCZOS,
    /**
     * {@link #BILINEAR} in floating point with a single rounding (RF-DETR, which rescales first).
     */
    FLOAT_BILINEAR
  }

  /**
   * The center crop of a resized image. In a config, these are keys of the section itself.
   *
   * @param crop height and width; empty for the whole image
   * @param cropRounding the rounding of the crop's position if the margin is odd
   */
  public record Crop(List<Integer> crop, Rounding cropRounding) {

    public Crop {
      if (!crop.isEmpty() && (crop.size() != 2 || Math.min(crop.get(0), crop.get(1)) < 1)) {
        throw new IllegalArgumentException(
            "crop is " + crop + ", expected height and width or an empty list");
      }
      crop = List.copyOf(crop);
    }

    /** The whole image. */
    public static Crop none() {
      return new Crop(List.of(), Rounding.DOWN);
    }
  }

  /**
   * The padding or rounding of the input's sides. In a config, these are keys of the section
   * itself.
   *
   * @param divisor of the sides; 1 keeps them unchanged
   * @param multiples the way in which sides become multiples; {@link Fit#RESIZE} has its own second
   *     resize
   * @param padTo height and width to which every image is padded at the bottom and the right, and
   *     into which it must fit; empty for only the padding by {@code divisor}
   * @param padWith the padding value
   */
  public record Sides(int divisor, Multiples multiples, List<Integer> padTo, Fill padWith) {

    /** The way in which sides become multiples. */
    public enum Multiples {
      /** Pads at the bottom and the right. */
      PAD,
      /** Resizes up to the next multiples, in the same resize (MaskFormer). */
      UP,
      /** Resizes down to the previous multiples, in the same resize (YOLOS). */
      DOWN,
      /** Resizes to the nearest multiples, in the same resize (DPT). */
      NEAREST
    }

    /** The padding value. */
    public enum Fill {
      /** Zeros after normalization. */
      ZERO,
      /** Black pixels, which are normalized like the image (EoMT). */
      BLACK
    }

    public Sides {
      if (divisor < 1) {
        throw new IllegalArgumentException("divisor is " + divisor + ", expected at least 1");
      }
      if (!padTo.isEmpty() && (padTo.size() != 2 || Math.min(padTo.get(0), padTo.get(1)) < 1)) {
        throw new IllegalArgumentException(
            "padTo is " + padTo + ", expected height and width or an empty list");
      }
      padTo = List.copyOf(padTo);
    }

    /** {@return multiples by padding with zeros} */
    public static Sides padded(int divisor) {
      return new Sides(divisor, Multiples.PAD, List.of(), Fill.ZERO);
    }

    /** {@return multiples by resizing} */
    public static Sides resized(int divisor, Multiples multiples) {
      return new Sides(divisor, multiples, List.of(), Fill.ZERO);
    }

    /** {@return these sides with every image padded to a size} */
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

    /** Returns a resize whose result has such sides. */
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
              + ", which has no resize that could round");
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

  /**
   * ImageNet at the usual size: the center crop of 224x224 of an image with a short edge of 256.
   */
  public static Preprocess classification() {
    return classification(224, 256);
  }

  /**
   * Returns a center crop, normalized with ImageNet's statistics (torchvision, timm).
   *
   * @param side height and width of the crop
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
   * {@return this section for images at another scale} Sides, edges and the padded size are
   * multiplied by a factor and truncated (mmseg's and mmdet's {@code MultiScaleFlipAug} with {@code
   * img_ratios}).
   *
   * @param factor above 0
   * @throws IllegalArgumentException if images keep their size, or a size would be 0
   */
  public Preprocess scaled(double factor) {
    if (factor == 1) {
      return this;
    }
    if (target.fit() == Fit.KEEP) {
      throw new IllegalArgumentException(
          "scale "
              + factor
              + " is not supported for images that keep their size;"
              + " expected 1 because preprocess.fit is 'keep'");
    }
    return new Preprocess(
        target.times(factor), filter, middle, sides.times(factor), mean, std, rgb);
  }

  private static List<Integer> times(List<Integer> sides, double factor) {
    return sides.stream().map(side -> (int) (side * factor)).toList();
  }

  /** Returns the divisor of the sides. */
  public int divisor() {
    return sides.divisor();
  }

  /** Returns the resizes, the crop and the padding. */
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
   * Returns the preparation for a model whose input has a fixed size. An image that reaches this
   * size is prepared as usual. If this section pads, all other images keep their aspect ratio, are
   * reduced only if they do not fit, and are padded. Otherwise, they are stretched.
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

  /** Returns whether every image fills its input without padding, including in exported files. */
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

  /** Returns the padding value of each channel, in the model's order. */
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
   * Returns the published size of a model's input: the padded box for images, or the size of the
   * crop.
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
