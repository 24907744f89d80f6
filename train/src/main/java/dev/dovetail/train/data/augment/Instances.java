package dev.dovetail.train.data.augment;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.mask.Rle;
import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The annotated objects of an image, in columns. The arrays are not copied and must not be
 * modified.
 *
 * @param boxes [n, 4]: x1 y1 x2 y2 in pixels of the image
 * @param labels [n], from 0
 * @param masks [n], each of the image's size; empty if the set has no masks or they are not needed
 */
public record Instances(float[] boxes, int[] labels, Rle[] masks) {

  /** No objects. */
  public static final Instances NONE = new Instances(new float[0], new int[0], new Rle[0]);

  /**
   * Verifies that the columns match.
   *
   * @param boxes [n, 4]: x1 y1 x2 y2 in pixels of the image
   * @param labels [n], from 0
   * @param masks [n], or empty
   */
  public Instances {
    int n = labels.length;
    if (boxes.length != 4 * n || (masks.length != n && masks.length != 0)) {
      throw new IllegalArgumentException(
          "the columns do not match: "
              + (boxes.length + " coordinates, " + n + " labels and " + masks.length)
              + " masks");
    }
  }

  /** {@return the number of objects} */
  public int count() {
    return labels.length;
  }

  /** Returns the objects of the horizontally flipped image. */
  Instances mirrored(Size image) {
    float[] moved = boxes.clone();
    for (int i = 0; i < moved.length; i += 4) {
      moved[i] = image.width() - boxes[i + 2];
      moved[i + 2] = image.width() - boxes[i];
    }
    return new Instances(moved, labels, moved(SourceGrid.mirrored(image)));
  }

  /** Returns the objects of the resized image. Boxes are clipped to it. */
  Instances resized(float[] scaleFactor, Size from, Size to) {
    float[] moved = new float[boxes.length];
    for (int i = 0; i < moved.length; i++) {
      moved[i] = clipped(boxes[i] * scaleFactor[i % 4], i, to);
    }
    return new Instances(moved, labels, moved(SourceGrid.nearest(from, to)));
  }

  /**
   * Returns the objects of a crop of the image. Boxes are clipped to it, and objects whose boxes
   * then have no area are removed.
   */
  Instances cropped(Window window) {
    float[] moved = new float[boxes.length];
    for (int i = 0; i < moved.length; i++) {
      int offset = i % 2 == 0 ? window.left() : window.top();
      moved[i] = clipped(boxes[i] - offset, i, window.size());
    }
    Instances shifted = new Instances(moved, labels, moved(SourceGrid.cropped(window)));
    return shifted.where(shifted::hasArea);
  }

  /** Returns the objects of the image with a margin on all sides. */
  Instances padded(Size image, int margin) {
    float[] moved = new float[boxes.length];
    for (int i = 0; i < moved.length; i++) {
      moved[i] = boxes[i] + margin;
    }
    return new Instances(moved, labels, moved(SourceGrid.padded(image, margin)));
  }

  /**
   * {@return the objects with the bounding boxes of their masks, without objects whose masks are
   * empty} If there are no masks, the boxes are unchanged.
   */
  Instances withBoxesOfMasks() {
    if (masks.length == 0) {
      return this;
    }
    float[] tight = new float[boxes.length];
    for (int i = 0; i < masks.length; i++) {
      Rle.Box box = masks[i].box();
      tight[4 * i] = box.x();
      tight[4 * i + 1] = box.y();
      tight[4 * i + 2] = box.x() + box.width();
      tight[4 * i + 3] = box.y() + box.height();
    }
    Instances all = new Instances(tight, labels, masks);
    return all.where(i -> masks[i].area() > 0);
  }

  private boolean hasArea(int i) {
    return boxes[4 * i + 2] > boxes[4 * i] && boxes[4 * i + 3] > boxes[4 * i + 1];
  }

  private static float clipped(float value, int place, Size image) {
    int most = place % 2 == 0 ? image.width() : image.height();
    return Math.max(0, Math.min(value, most));
  }

  private Rle[] moved(SourceGrid grid) {
    return Arrays.stream(masks).map(grid::apply).toArray(Rle[]::new);
  }

  private Instances where(IntPredicate kept) {
    int[] places = IntStream.range(0, count()).filter(kept).toArray();
    float[] b = new float[4 * places.length];
    for (int i = 0; i < places.length; i++) {
      System.arraycopy(boxes, 4 * places[i], b, 4 * i, 4);
    }
    Rle[] m =
        masks.length == 0
            ? masks
            : IntStream.of(places).mapToObj(i -> masks[i]).toArray(Rle[]::new);
    return new Instances(b, IntStream.of(places).map(i -> labels[i]).toArray(), m);
  }
}
