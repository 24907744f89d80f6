package dev.dovetail.formats.panoptic;

import dev.dovetail.formats.Size;

/**
 * The segment of every pixel, {@code [height, width]} by rows; 0 is void. The array is the map's
 * own, not a copy: it is read, never written.
 */
public record IdMap(Size size, int[] ids) {

  /**
   * Checks that the array suits the size.
   *
   * @param size height and width
   * @param ids by rows; 0 is void
   */
  public IdMap {
    if (ids.length != size.pixels()) {
      throw new IllegalArgumentException(
          "an id map of " + size + " has " + size.pixels() + " ids, not " + ids.length);
    }
  }
}
