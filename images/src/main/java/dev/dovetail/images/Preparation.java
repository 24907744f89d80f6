package dev.dovetail.images;

import dev.dovetail.formats.Size;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.opencv.core.Core;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.imgproc.Imgproc;

/**
 * The preprocessing of an image: resizes and crops on 8 bits, an optional horizontal flip, and
 * padding at the bottom and the right to multiples.
 *
 * <p>Detection: {@code KeepRatio(1333, 800)}, padding to 32. Segmentation: {@code KeepRatio(2048,
 * 512)} and {@code ToMultiple(32)}, no padding (1). Classification: {@code Pillow(ShortEdge(256),
 * BICUBIC)} and {@code CentreCrop(224x224)}.
 *
 * @param steps resizes and crops, in order
 * @param padMultiple the divisor of the padded image's sides; 1 for no padding
 * @param padTo the size to which every image is padded; larger images are rejected
 * @param prescribed the rule for inputs with a fixed size
 * @param mirrored whether the result is flipped horizontally
 */
public record Preparation(
    List<? extends Step> steps,
    int padMultiple,
    Optional<Size> padTo,
    Optional<Prescribed> prescribed,
    boolean mirrored) {

  /**
   * The rule for inputs with a fixed size. An image that reaches this size by the usual steps is
   * prepared by these steps. Its result is the same as for variable sizes.
   *
   * @param size of every input
   * @param padding whether an image may leave a part of the input empty
   * @param otherwise the step for all other images
   */
  public record Prescribed(Size size, boolean padding, Step otherwise) {

    private boolean takes(Size resized, int padMultiple) {
      return padding
          ? resized.height() <= size.height() && resized.width() <= size.width()
          : resized.roundedUp(padMultiple).equals(size);
    }
  }

  /** Creates a preparation for inputs of variable size. */
  public Preparation(List<? extends Step> steps, int padMultiple) {
    this(steps, padMultiple, Optional.empty(), Optional.empty(), false);
  }

  public Preparation {
    steps = List.copyOf(steps);
    if (padMultiple < 1) {
      throw new IllegalArgumentException("sides cannot be padded to multiples of " + padMultiple);
    }
  }

  /** {@return this preparation with a horizontal flip} */
  public Preparation mirror() {
    return new Preparation(steps, padMultiple, padTo, prescribed, !mirrored);
  }

  /**
   * {@return the placement of an image with this size, without processing pixels}
   *
   * @param original the size of the original image
   */
  public Geometry geometry(Size original) {
    Size resized = after(steps(original), original);
    Size padded = prescribed.map(Prescribed::size).orElseGet(() -> padded(resized));
    return new Geometry(original, resized, padded, mirrored);
  }

  private Size padded(Size resized) {
    Size least = padTo.orElse(resized);
    if (resized.height() > least.height() || resized.width() > least.width()) {
      throw new IllegalArgumentException(
          "an image resized to " + resized + " does not fit into " + least + ", the padded size");
    }
    return least.roundedUp(padMultiple);
  }

  private static Size after(List<? extends Step> steps, Size original) {
    Size resized = original;
    for (Step step : steps) {
      resized = step.of(resized);
    }
    return resized;
  }

  /** Returns the steps for images of a size. */
  private List<? extends Step> steps(Size original) {
    if (prescribed.isEmpty()) {
      return steps;
    }
    try {
      if (prescribed.get().takes(after(steps, original), padMultiple)) {
        return steps;
      }
    } catch (IllegalArgumentException e) {
      // The usual steps do not support this size.
    }
    return List.of(prescribed.get().otherwise());
  }

  /**
   * {@return the resized image, without padding}
   *
   * @param image the image
   */
  public Image apply(Image image) {
    OpenCv.load();
    Mat resized = new Mat();
    try {
      resizeInto(image, resized);
      return Image.of(resized);
    } finally {
      resized.release();
    }
  }

  /**
   * Writes the resized image to the top left of a model's input. The rest is not modified.
   *
   * @param image the image
   * @param slot a direct buffer whose remaining bytes are {@code [height, width, 3]} of the size
   *     {@code padded}; position and limit are not modified
   * @param padded the input's size, at least that of the resized image
   * @return the placement of the image
   * @throws IllegalArgumentException if the buffer is not direct or is too small, or the image does
   *     not fit
   */
  public Geometry write(Image image, ByteBuffer slot, Size padded) {
    Size resized = geometry(image.size()).resized();
    if (resized.height() > padded.height() || resized.width() > padded.width()) {
      throw new IllegalArgumentException(
          "an image resized to " + resized + " does not fit into an input of " + padded);
    }
    if (!slot.isDirect() || slot.remaining() < padded.pixels() * Image.CHANNELS) {
      throw new IllegalArgumentException(
          "an input of "
              + padded
              + " requires a direct buffer of "
              + padded.pixels() * Image.CHANNELS
              + " bytes; "
              + (slot.isDirect() ? "it has " + slot.remaining() : "it is a heap buffer"));
    }
    OpenCv.load();
    long rowBytes = (long) padded.width() * Image.CHANNELS;
    // The matrix is a view of the slot, into which the last resize writes.
    Mat window = new Mat(resized.height(), resized.width(), CvType.CV_8UC3, slot.slice(), rowBytes);
    try {
      resizeInto(image, window);
    } finally {
      window.release();
    }
    return new Geometry(image.size(), resized, padded, mirrored);
  }

  private void resizeInto(Image image, Mat target) {
    image.use(original -> resizeInto(original, image.size(), target));
  }

  private void resizeInto(Mat original, Size size, Mat target) {
    List<? extends Step> own = steps(size);
    Mat current = original;
    try {
      for (int i = 0; i + 1 < own.size(); i++) {
        Mat next = new Mat();
        apply(own.get(i), current, next);
        release(current, original);
        current = next;
      }
      Step last = own.isEmpty() ? new Resize.Exact(size) : own.get(own.size() - 1);
      apply(last, current, target);
      if (mirrored) {
        Core.flip(target, target, 1);
      }
    } finally {
      release(current, original);
    }
  }

  private static void release(Mat mat, Mat kept) {
    if (mat != kept) {
      mat.release();
    }
  }

  private static void apply(Step step, Mat from, Mat to) {
    Size before = new Size(from.rows(), from.cols());
    Size after = step.of(before);
    if (step instanceof CentreCrop crop) {
      from.submat(
              crop.top(before),
              crop.top(before) + after.height(),
              crop.left(before),
              crop.left(before) + after.width())
          .copyTo(to);
    } else if (step instanceof Resize.Pillow pillow) {
      byte[] pixels = new byte[Math.toIntExact(from.total() * Image.CHANNELS)];
      from.get(0, 0, pixels);
      to.create(after.height(), after.width(), CvType.CV_8UC3);
      to.put(
          0,
          0,
          pillow.inFloat()
              ? pillow.filter().resizeInFloat(pixels, before, after)
              : pillow.filter().resize(pixels, before, after));
    } else {
      Imgproc.resize(
          from,
          to,
          new org.opencv.core.Size(after.width(), after.height()),
          0,
          0,
          Imgproc.INTER_LINEAR);
    }
  }
}
