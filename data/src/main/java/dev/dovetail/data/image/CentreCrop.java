package dev.dovetail.data.image;

/** The middle of an image; where that is half a pixel off, the one nearer to the top left. */
public record CentreCrop(Size size) implements Step {

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
    return (original.height() - size.height()) / 2;
  }

  /** The first column that is kept. */
  int left(Size original) {
    return (original.width() - size.width()) / 2;
  }
}
