package dev.dovetail.formats.panoptic;

import dev.dovetail.formats.Size;

/**
 * The segment of every pixel, {@code [height, width]}, row by row; 0 is void. The array is not
 * copied and must not be modified.
 */
public record IdMap(Size size, int[] ids) {

  /**
   * Checks that the length of the array matches the size.
   *
   * @param size height and width
   * @param ids row by row; 0 is void
   */
  public IdMap {
    if (ids.length != size.pixels()) {
      throw new IllegalArgumentException(
          "an id map of " + size + " has " + size.pixels() + " ids, not " + ids.length);
    }
  }
}
