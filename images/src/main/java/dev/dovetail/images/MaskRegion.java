package dev.dovetail.images;

import java.util.Locale;

/**
 * The part of an image that can contain set pixels of an instance's mask.
 *
 * @param x left column of the part, in pixels of the image
 * @param y top row of the part
 * @param width columns of the part, possibly 0
 * @param height rows of the part, possibly 0
 * @param columnMajor {@code [width * height]}, column by column: 1 set, 0 not set; not copied, must
 *     not be modified
 */
public record MaskRegion(int x, int y, int width, int height, byte[] columnMajor) {

  /** An empty region. */
  public static final MaskRegion EMPTY = new MaskRegion(0, 0, 0, 0, new byte[0]);

  /**
   * Checks that the length of the array matches the size.
   *
   * @param x left column of the part, in pixels of the image
   * @param y top row of the part
   * @param width columns of the part, possibly 0
   * @param height rows of the part, possibly 0
   * @param columnMajor {@code [width * height]}, column by column: 1 set, 0 not set; not copied,
   *     must not be modified
   */
  public MaskRegion {
    if (x < 0 || y < 0 || width < 0 || height < 0 || columnMajor.length != width * height) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the region of a mask with %dx%d pixels at (%d, %d) cannot have %d values",
              width,
              height,
              x,
              y,
              columnMajor.length));
    }
  }

  /**
   * {@return whether the pixel of the image is set}
   *
   * @param imageY row of the image
   * @param imageX column of the image
   */
  public boolean at(int imageY, int imageX) {
    int column = imageX - x;
    int row = imageY - y;
    return column >= 0
        && column < width
        && row >= 0
        && row < height
        && columnMajor[column * height + row] != 0;
  }

  /** {@return the number of set pixels} */
  public int area() {
    int area = 0;
    for (byte b : columnMajor) {
      area += b;
    }
    return area;
  }
}
