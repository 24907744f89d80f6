package dev.dovetail.formats;

/** Rows and columns of an image or a map, in pixels. */
public record Size(int height, int width) {

  /**
   * Checks both.
   *
   * @param height in pixels
   * @param width in pixels
   * @throws IllegalArgumentException where one of them is below 1
   */
  public Size {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "a size needs at least one row and one column, not " + width + "x" + height);
    }
  }

  /** {@return how many pixels that are} */
  public long pixels() {
    return (long) height * width;
  }

  /**
   * {@return the smallest size that holds this one and whose sides are multiples of {@code
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

  /** Width before height, as people write it: {@code 640x480}. */
  @Override
  public String toString() {
    return width + "x" + height;
  }
}
