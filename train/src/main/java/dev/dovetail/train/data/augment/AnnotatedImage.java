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
 * An image with what training should find in it. What is done to the image is done to all of it.
 *
 * @param image 8 bits, blue, green, red
 * @param instances the objects; none where the set has label maps
 * @param labels a class for each pixel, {@link #IGNORED} where it is left out
 * @param imageClass the class of the whole image, from 0 on; none where the set is not a
 *     classifier's
 */
public record AnnotatedImage(
    Image image, Instances instances, Optional<LabelMap> labels, OptionalInt imageClass) {

  /** The label of a pixel that is left out. */
  public static final int IGNORED = 255;

  /**
   * Checks that masks and label map are of the image's size.
   *
   * @param image the image
   * @param instances the objects
   * @param labels a class for each pixel
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
          "the class of an image is 0 or more, not " + imageClass.getAsInt());
    }
  }

  /**
   * An image without a class of its own.
   *
   * @param image the image
   * @param instances the objects
   * @param labels a class for each pixel
   */
  public AnnotatedImage(Image image, Instances instances, Optional<LabelMap> labels) {
    this(image, instances, labels, OptionalInt.empty());
  }

  /**
   * {@return an image with nothing but a class}
   *
   * @param image the image
   * @param imageClass its class, from 0 on
   */
  public static AnnotatedImage ofClass(Image image, int imageClass) {
    return new AnnotatedImage(image, Instances.NONE, Optional.empty(), OptionalInt.of(imageClass));
  }

  private static void requireSize(Size image, Size other, String what) {
    if (!image.equals(other)) {
      throw new IllegalArgumentException(
          what + " of " + other + " pixels does not belong to an image of " + image);
    }
  }

  /** {@return height and width} */
  public Size size() {
    return image.size();
  }

  /**
   * {@return the same annotations of another image of the same size}
   *
   * @param other the image
   */
  public AnnotatedImage withImage(Image other) {
    return new AnnotatedImage(other, instances, labels, imageClass);
  }

  /** {@return the same with left and right exchanged} */
  public AnnotatedImage mirrored() {
    SourceGrid grid = SourceGrid.mirrored(size());
    return new AnnotatedImage(
        image.mirrored(), instances.mirrored(size()), labels.map(grid::apply), imageClass);
  }

  /**
   * {@return the same in another size; masks and label map by nearest neighbour}
   *
   * @param rule gives the size and says how pixels are made
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
   * {@return a part of it} Boxes are cut; objects whose boxes lie outside are left out.
   *
   * @param window which part
   * @throws IllegalArgumentException where it leaves the image
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
   * {@return the same with a margin on all four sides: black, without objects, left out of the
   * label map}
   *
   * @param margin in pixels, 0 or more
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
   * {@return the same with the smallest boxes that hold the masks, without objects whose masks are
   * empty} Where there are no masks the boxes stay.
   */
  public AnnotatedImage withBoxesOfMasks() {
    return new AnnotatedImage(image, instances.withBoxesOfMasks(), labels, imageClass);
  }
}
