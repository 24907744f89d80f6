package dev.dovetail.images;

import dev.dovetail.formats.Size;

/**
 * The middle of an image.
 *
 * @param rounding where the middle begins if it is half a pixel off
 */
public record CentreCrop(Size size, Rounding rounding) implements Step {

  /** What is done with half a row or column in front of the middle. */
  public enum Rounding {
    /** It is dropped (transformers). */
    DOWN,
    /** It becomes the nearest even number of rows or columns (torchvision and timm). */
    HALF_EVEN
  }

  @Override
  public Size of(Size original) {
    if (original.height() < size.height() || original.width() < size.width()) {
      throw new IllegalArgumentException(
          "an image of " + original + " pixels has no middle of " + size);
    }
    return size;
  }

  /** The first row that is kept. */
  int top(Size original) {
    return before(original.height() - size.height());
  }

  /** The first column that is kept. */
  int left(Size original) {
    return before(original.width() - size.width());
  }

  private int before(int rest) {
    return rounding == Rounding.DOWN ? rest / 2 : (int) Math.rint(rest / 2.0);
  }
}
