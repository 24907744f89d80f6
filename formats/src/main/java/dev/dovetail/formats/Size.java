package dev.dovetail.formats;

/** The height and width of an image or a map, in pixels. */
public record Size(int height, int width) {

  /**
   * Validates the size.
   *
   * @param height in pixels
   * @param width in pixels
   * @throws IllegalArgumentException if one of them is below 1
   */
  public Size {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "a size needs at least one row and one column, not " + width + "x" + height);
    }
  }

  /** {@return the number of pixels} */
  public long pixels() {
    return (long) height * width;
  }

  /**
   * {@return the smallest size that contains this one and whose sides are multiples of {@code
   * multiple}}
   *
   * @param multiple 1 or more
   */
  public Size roundedUp(int multiple) {
    return new Size(roundedUp(height, multiple), roundedUp(width, multiple));
  }

  private static int roundedUp(int value, int multiple) {
    return Math.multiplyExact((value + multiple - 1) / multiple, multiple);
  }

  /** Returns width x height: {@code 640x480}. */
  @Override
  public String toString() {
    return width + "x" + height;
  }
}
