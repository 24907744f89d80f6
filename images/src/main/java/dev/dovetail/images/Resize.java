package dev.dovetail.images;

import dev.dovetail.formats.Size;
import dev.dovetail.images.Preprocess.Sides.Multiples;
import java.util.Locale;

/**
 * A rule for the size to which an image is resized, with OpenCV's {@code INTER_LINEAR} on 8 bits
 * unless specified otherwise.
 */
public sealed interface Resize extends Step {

  /**
   * Keeps the aspect ratio: the largest size that fits into a long and a short edge in either
   * orientation. Equals mmcv's {@code imrescale} with {@code scale=(longEdge, shortEdge)} and
   * torchvision's {@code GeneralizedRCNNTransform}.
   *
   * @param longEdge in pixels
   * @param shortEdge in pixels
   * @param down whether sides are rounded down (torchvision) instead of half up (mmcv)
   */
  record KeepRatio(int longEdge, int shortEdge, boolean down) implements Resize {

    /** Creates a resize that rounds sides half up. */
    public KeepRatio(int longEdge, int shortEdge) {
      this(longEdge, shortEdge, false);
    }

    /**
     * Checks that the short edge is the shorter one.
     *
     * @param longEdge in pixels
     * @param shortEdge in pixels
     */
    public KeepRatio {
      if (shortEdge < 1 || longEdge < shortEdge) {
        throw new IllegalArgumentException(
            "the scale of a resize must be a long edge and a short edge, not "
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
      // Rounds half up by truncation like mmcv. Math.rint would round half to even.
      double more = down ? 0 : 0.5;
      int newHeight = (int) (height * factor + more);
      int newWidth = (int) (width * factor + more);
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

  /**
   * Stretches to a fixed size, regardless of the aspect ratio. Equals mmcv's {@code
   * keep_ratio=False}.
   */
  record Exact(Size size) implements Resize {

    @Override
    public Size of(Size original) {
      return size;
    }
  }

  /** Stretches both sides up to multiples. Equals mmseg's {@code ResizeToMultiple}. */
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
   * Keeps the aspect ratio: the short edge gets a fixed length, and the long edge is truncated to
   * an integer. Equals torchvision's {@code Resize(int)} and transformers' {@code shortest_edge}.
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
   * Keeps the aspect ratio: the short edge gets a fixed length, or less if the long edge would
   * exceed its maximum. Equals {@code get_size_with_aspect_ratio} in DETR and transformers.
   *
   * @param longest the largest length of the long edge in pixels
   * @param edge the length of the short edge in pixels
   * @param measuresPortraits whether the formula for the long edge also applies to a portrait image
   *     whose short edge already has its length, as in YOLOS; DETR does not resize such an image
   */
  record BoundedShortEdge(int longest, int edge, boolean measuresPortraits) implements Resize {

    /** DETR's rule. */
    public BoundedShortEdge(int longest, int edge) {
      this(longest, edge, false);
    }

    /** Checks that the longest edge is at least the short edge. */
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
      boolean measured = measuresPortraits && width < height;
      if (Math.min(height, width) == side && !measured) {
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
   * Keeps the aspect ratio: the largest size within a height and a width, truncated to integers.
   * Equals {@code max_height} and {@code max_width} in transformers.
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

  /**
   * Keeps the aspect ratio: the side that requires the smaller change gets its length. Then each
   * side, before it is rounded to an integer, is rounded to the nearest multiple (half to even).
   * Equals {@code keep_aspect_ratio} in DPT.
   */
  record Closest(Size size, int multiple) implements Resize {

    @Override
    public Size of(Size original) {
      double byHeight = (double) size.height() / original.height();
      double byWidth = (double) size.width() / original.width();
      double factor = Math.abs(1 - byWidth) < Math.abs(1 - byHeight) ? byWidth : byHeight;
      return new Size(side(factor * original.height()), side(factor * original.width()));
    }

    private int side(double exact) {
      int side = (int) Math.rint(exact / multiple) * multiple;
      if (side < 1) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "a side of %.1f pixels would be rounded to 0 times %d",
                exact,
                multiple));
      }
      return side;
    }
  }

  /** A resize by another rule, whose sides are rounded to multiples before pixels are resized. */
  record Multiple(Resize rule, int divisor, Multiples how) implements Resize {

    @Override
    public Size of(Size original) {
      if (rule instanceof Closest closest && how == Multiples.NEAREST) {
        return new Closest(closest.size(), divisor).of(original); // a single rounding
      }
      Size exact = rule.of(original);
      return new Size(rounded(exact.height()), rounded(exact.width()));
    }

    private int rounded(int side) {
      int times =
          switch (how) {
            case PAD -> throw new IllegalStateException("padding is not a resize");
            case UP -> (side + divisor - 1) / divisor;
            case DOWN -> side / divisor;
            case NEAREST -> (int) Math.rint((double) side / divisor);
          };
      if (times < 1) {
        throw new IllegalArgumentException(
            "a side of " + side + " pixels would be 0 as a multiple of " + divisor);
      }
      return times * divisor;
    }
  }

  /**
   * A resize by another rule, with Pillow's filters.
   *
   * @param inFloat whether only the result is rounded, as in libraries that resize floating-point
   *     numbers; Pillow also rounds between the axes
   */
  record Pillow(Resize rule, PillowFilter filter, boolean inFloat) implements Resize {

    /** Creates a resize with Pillow's rounding. */
    public Pillow(Resize rule, PillowFilter filter) {
      this(rule, filter, false);
    }

    @Override
    public Size of(Size original) {
      return rule.of(original);
    }
  }
}
