package dev.dovetail.images;

import dev.dovetail.formats.Size;

/**
 * A center crop.
 *
 * @param rounding of the first row and column if the margin is odd
 */
public record CentreCrop(Size size, Rounding rounding) implements Step {

  /** The rounding of half a row or column before the crop. */
  public enum Rounding {
    /** Rounds down (transformers). */
    DOWN,
    /** Rounds half to even (torchvision and timm). */
    HALF_EVEN
  }

  @Override
  public Size of(Size original) {
    if (original.height() < size.height() || original.width() < size.width()) {
      throw new IllegalArgumentException(
          "an image of " + original + " pixels is smaller than its crop of " + size);
    }
    return size;
  }

  /** Returns the first row of the crop. */
  int top(Size original) {
    return before(original.height() - size.height());
  }

  /** Returns the first column of the crop. */
  int left(Size original) {
    return before(original.width() - size.width());
  }

  private int before(int rest) {
    return rounding == Rounding.DOWN ? rest / 2 : (int) Math.rint(rest / 2.0);
  }
}
