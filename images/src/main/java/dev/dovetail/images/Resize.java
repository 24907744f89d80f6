package dev.dovetail.images;

import dev.dovetail.formats.Size;
import dev.dovetail.images.Preprocess.Sides.Multiples;
import java.util.Locale;

/**
 * A rule that gives the size to which an image is resized, by OpenCV's {@code INTER_LINEAR} on 8
 * bits where nothing else is said.
 */
public sealed interface Resize extends Step {

  /**
   * Keeps the aspect ratio: the largest size that fits into a long and a short edge, whichever way
   * the image lies; mmcv's {@code imrescale} with {@code scale=(longEdge, shortEdge)} and
   * torchvision's {@code GeneralizedRCNNTransform}.
   *
   * @param longEdge in pixels
   * @param shortEdge in pixels
   * @param down whether sides are rounded down (torchvision), or half up (mmcv)
   */
  record KeepRatio(int longEdge, int shortEdge, boolean down) implements Resize {

    /** Sides are rounded half up. */
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
      // Rounds half up by truncation, as mmcv does; Math.rint would not.
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
   *
   * @param longest in pixels, the most that the long edge may have
   * @param edge in pixels, the short edge's length
   * @param measuresPortraits whether an image that is higher than wide gets the long edge of the
   *     formula even if its short edge is right already, as YOLOS has it; DETR leaves it alone
   */
  record BoundedShortEdge(int longest, int edge, boolean measuresPortraits) implements Resize {

    /** DETR's rule. */
    public BoundedShortEdge(int longest, int edge) {
      this(longest, edge, false);
    }

    /** Checks that the long edge may be as long as the short one. */
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

  /**
   * Keeps the aspect ratio: one side gets its length, the one that needs the smaller change; each
   * side becomes the nearest multiple (half to even) of what is left with its fraction; {@code
   * keep_aspect_ratio} of DPT.
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
                Locale.ROOT, "a side of %.1f pixels is nearest to 0 times %d", exact, multiple));
      }
      return side;
    }
  }

  /** Another resize, whose sides are rounded to multiples before any pixel is touched. */
  record Multiple(Resize rule, int divisor, Multiples how) implements Resize {

    @Override
    public Size of(Size original) {
      if (rule instanceof Closest closest && how == Multiples.NEAREST) {
        return new Closest(closest.size(), divisor).of(original); // rounds once
      }
      Size exact = rule.of(original);
      return new Size(rounded(exact.height()), rounded(exact.width()));
    }

    private int rounded(int side) {
      int times =
          switch (how) {
            case PAD -> throw new IllegalStateException("padding is no resize");
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
   * Another resize, by Pillow's filters.
   *
   * @param inFloat whether only the result is rounded, as where a library resizes floating point
   *     numbers; Pillow rounds between the axes too
   */
  record Pillow(Resize rule, PillowFilter filter, boolean inFloat) implements Resize {

    /** As Pillow does it. */
    public Pillow(Resize rule, PillowFilter filter) {
      this(rule, filter, false);
    }

    @Override
    public Size of(Size original) {
      return rule.of(original);
    }
  }
}
