package dev.dovetail.images;

import dev.dovetail.formats.Size;
import java.util.Locale;

/**
 * A rule that gives the size to which an image is resized, by OpenCV's {@code INTER_LINEAR} on 8
 * bits where nothing else is said.
 */
public sealed interface Resize extends Step {

  /**
   * Keeps the aspect ratio: the largest size that fits into a long and a short edge, whichever way
   * the image lies; mmcv's {@code imrescale} with {@code scale=(longEdge, shortEdge)}.
   */
  record KeepRatio(int longEdge, int shortEdge) implements Resize {

    /**
     * Checks that the short edge is the shorter one.
     *
     * @param longEdge in pixels
     * @param shortEdge in pixels
     */
    public KeepRatio {
      if (shortEdge < 1 || longEdge < shortEdge) {
        throw new IllegalArgumentException(
            "the scale of a resize is a long edge and a short edge, not "
                + longEdge
                + " and "
                + shortEdge);
      }
    }

    @Override
    public Size of(Size original) {
      int height = original.height();
      int width = original.width();
      double factor =
          Math.min(
              (double) longEdge / Math.max(height, width),
              (double) shortEdge / Math.min(height, width));
      // Rounds half up by truncation, as the reference does; Math.rint would not.
      int newHeight = (int) (height * factor + 0.5);
      int newWidth = (int) (width * factor + 0.5);
      if (newHeight < 1 || newWidth < 1) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "an image of %s pixels is too elongated: scaled into %dx%d it would be %dx%d",
                original,
                longEdge,
                shortEdge,
                newWidth,
                newHeight));
      }
      return new Size(newHeight, newWidth);
    }
  }

  /** Stretches to one size whatever the aspect ratio; mmcv's {@code keep_ratio=False}. */
  record Exact(Size size) implements Resize {

    @Override
    public Size of(Size original) {
      return size;
    }
  }

  /** Stretches both sides up to multiples; mmseg's {@code ResizeToMultiple}. */
  record ToMultiple(int multiple) implements Resize {

    /**
     * Checks the multiple.
     *
     * @param multiple 1 or more
     */
    public ToMultiple {
      if (multiple < 1) {
        throw new IllegalArgumentException("sides cannot be multiples of " + multiple);
      }
    }

    @Override
    public Size of(Size original) {
      return original.roundedUp(multiple);
    }
  }

  /**
   * Keeps the aspect ratio: the short edge gets a length, the long edge what is left when its
   * fraction is cut off; torchvision's {@code Resize(int)}, {@code shortest_edge} of transformers.
   */
  record ShortEdge(int edge) implements Resize {

    /**
     * Checks the length.
     *
     * @param edge in pixels, 1 or more
     */
    public ShortEdge {
      if (edge < 1) {
        throw new IllegalArgumentException("the short edge of an image cannot be " + edge);
      }
    }

    @Override
    public Size of(Size original) {
      int height = original.height();
      int width = original.width();
      return height <= width
          ? new Size(edge, (int) ((long) edge * width / height))
          : new Size((int) ((long) edge * height / width), edge);
    }
  }

  /**
   * Keeps the aspect ratio: the short edge gets its length, or less where the long edge would
   * exceed its own; {@code get_size_with_aspect_ratio} of DETR and transformers.
   */
  record BoundedShortEdge(int longest, int edge) implements Resize {

    /**
     * Checks that the long edge may be as long as the short one.
     *
     * @param longest in pixels, the most that the long edge may have
     * @param edge in pixels, the short edge's length
     */
    public BoundedShortEdge {
      if (edge < 1 || longest < edge) {
        throw new IllegalArgumentException(
            "the edges of an image cannot be bounded by " + edge + " and " + longest);
      }
    }

    @Override
    public Size of(Size original) {
      int height = original.height();
      int width = original.width();
      double least = Math.min(height, width);
      double most = Math.max(height, width);
      double exact = most / least * edge > longest ? longest * least / most : edge;
      int side = (int) Math.rint(exact);
      if (Math.min(height, width) == side) {
        return original;
      }
      int other = (int) (exact * most / least);
      if (side < 1) {
        throw new IllegalArgumentException(
            "an image of " + original + " pixels is too elongated for a long edge of " + longest);
      }
      return width < height ? new Size(other, side) : new Size(side, other);
    }
  }

  /**
   * Keeps the aspect ratio: the largest size that lies within a height and a width, fractions cut
   * off; {@code max_height} and {@code max_width} of transformers.
   */
  record Within(Size most) implements Resize {

    @Override
    public Size of(Size original) {
      double factor =
          Math.min(
              (double) most.height() / original.height(), (double) most.width() / original.width());
      int height = (int) (original.height() * factor);
      int width = (int) (original.width() * factor);
      if (height < 1 || width < 1) {
        throw new IllegalArgumentException(
            "an image of " + original + " pixels is too elongated for a size of at most " + most);
      }
      return new Size(height, width);
    }
  }

  /** Another resize, by Pillow's filters. */
  record Pillow(Resize rule, PillowFilter filter) implements Resize {

    @Override
    public Size of(Size original) {
      return rule.of(original);
    }
  }
}
