package dev.dovetail.train.data.augment;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.images.Geometry;
import dev.dovetail.images.Image;
import dev.dovetail.images.Preparation;
import dev.dovetail.images.Resize;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An image with its annotations. Transforms apply to all of them.
 *
 * @param image 8-bit BGR
 * @param instances the objects; empty if the set has label maps
 * @param labels the class of each pixel, {@link #IGNORED} for ignored pixels
 * @param imageClass the class of the whole image, from 0; empty unless the set is for a classifier
 */
public record AnnotatedImage(
    Image image, Instances instances, Optional<LabelMap> labels, OptionalInt imageClass) {

  /** The label of ignored pixels. */
  public static final int IGNORED = 255;

  /**
   * Verifies that masks and label map have the size of the image.
   *
   * @param image the image
   * @param instances the objects
   * @param labels the class of each pixel
   * @param imageClass the class of the whole image
   */
  public AnnotatedImage {
    for (Rle mask : instances.masks()) {
      requireSize(image.size(), new Size(mask.height(), mask.width()), "a mask");
    }
    if (labels.isPresent()) {
      requireSize(image.size(), labels.get().size(), "a label map");
    }
    if (imageClass.isPresent() && imageClass.getAsInt() < 0) {
      throw new IllegalArgumentException(
          "the class of an image must be 0 or more, not " + imageClass.getAsInt());
    }
  }

  /**
   * Creates an image without a class.
   *
   * @param image the image
   * @param instances the objects
   * @param labels the class of each pixel
   */
  public AnnotatedImage(Image image, Instances instances, Optional<LabelMap> labels) {
    this(image, instances, labels, OptionalInt.empty());
  }

  /**
   * {@return an image with a class and no other annotations}
   *
   * @param image the image
   * @param imageClass its class, from 0
   */
  public static AnnotatedImage ofClass(Image image, int imageClass) {
    return new AnnotatedImage(image, Instances.NONE, Optional.empty(), OptionalInt.of(imageClass));
  }

  private static void requireSize(Size image, Size other, String what) {
    if (!image.equals(other)) {
      throw new IllegalArgumentException(
          what + " of " + other + " pixels does not match an image of " + image);
    }
  }

  /** {@return the height and width} */
  public Size size() {
    return image.size();
  }

  /**
   * {@return another image of the same size with these annotations}
   *
   * @param other the image
   */
  public AnnotatedImage withImage(Image other) {
    return new AnnotatedImage(other, instances, labels, imageClass);
  }

  /** {@return the image flipped horizontally} */
  public AnnotatedImage mirrored() {
    SourceGrid grid = SourceGrid.mirrored(size());
    return new AnnotatedImage(
        image.mirrored(), instances.mirrored(size()), labels.map(grid::apply), imageClass);
  }

  /**
   * {@return the image resized; masks and label map are resized by nearest neighbor}
   *
   * @param rule computes the size and interpolates the pixels
   */
  public AnnotatedImage resized(Resize rule) {
    Size to = rule.of(size());
    Image resized = new Preparation(List.of(rule), 1).apply(image);
    float[] factor = new Geometry(size(), to, to).scaleFactor();
    SourceGrid grid = SourceGrid.nearest(size(), to);
    return new AnnotatedImage(
        resized, instances.resized(factor, size(), to), labels.map(grid::apply), imageClass);
  }

  /**
   * {@return a crop of the image} Boxes are clipped. Objects whose boxes are outside are removed.
   *
   * @param window the crop window
   * @throws IllegalArgumentException if the window exceeds the image
   */
  public AnnotatedImage cropped(Window window) {
    SourceGrid grid = SourceGrid.cropped(window);
    return new AnnotatedImage(
        image.cropped(window.top(), window.left(), window.size()),
        instances.cropped(window),
        labels.map(grid::apply),
        imageClass);
  }

  /**
   * {@return the image with a margin on all four sides, which is black, has no objects, and is
   * ignored in the label map}
   *
   * @param margin the margin in pixels, 0 or more
   */
  public AnnotatedImage padded(int margin) {
    SourceGrid grid = SourceGrid.padded(size(), margin);
    return new AnnotatedImage(
        image.padded(margin),
        instances.padded(size(), margin),
        labels.map(grid::apply),
        imageClass);
  }

  /**
   * {@return the image with the bounding boxes of its masks, without objects whose masks are empty}
   * If there are no masks, the boxes are unchanged.
   */
  public AnnotatedImage withBoxesOfMasks() {
    return new AnnotatedImage(image, instances.withBoxesOfMasks(), labels, imageClass);
  }
}
