package dev.dovetail.images.draw;

import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.panoptic.IdMap;
import dev.dovetail.formats.semantic.LabelMap;
import java.awt.Point;
import java.awt.Rectangle;
import java.util.HashMap;
import java.util.Map;

/**
 * Which area each pixel of a rectangle belongs to: the mask of an object, the segments or the
 * classes of an image.
 *
 * @param x the rectangle's first column in the image
 * @param y its first row
 * @param width of the rectangle
 * @param ids row by row; {@link #NONE} is no area
 * @param depths how deep each pixel lies in its area, see {@link #pixels}; at most a few times the
 *     shorter side, which 16 bits hold for every image that can be read
 */
record Areas(int x, int y, int width, int[] ids, char[] depths) {

  static final int NONE = 0;

  /** Steps of a chamfer distance: to the side, and across. */
  private static final int SIDE = 3;

  private static final int ACROSS = 4;

  /** The mask of one object, which has the id 1. */
  static Areas of(Rle mask) {
    Rle.Box box = mask.box();
    byte[] columns = mask.boxColumnMajor();
    int[] ids = new int[columns.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i % box.height() * box.width() + i / box.height()] = columns[i];
    }
    return ofIds(box.x(), box.y(), box.width(), ids);
  }

  /** The segments of an image with their ids. */
  static Areas of(IdMap map) {
    return ofIds(0, 0, map.size().width(), map.ids());
  }

  /** The classes of an image with their labels plus 1. */
  static Areas of(LabelMap map) {
    Areas areas = flat(map);
    areas.measure();
    return areas;
  }

  /** The same without depths. */
  static Areas flat(LabelMap map) {
    int[] ids = new int[Math.toIntExact(map.size().pixels())];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = map.at(i) + 1;
    }
    return new Areas(0, 0, map.size().width(), ids, new char[ids.length]);
  }

  private static Areas ofIds(int x, int y, int width, int[] ids) {
    Areas areas = new Areas(x, y, width, ids, new char[ids.length]);
    areas.measure();
    return areas;
  }

  /** A depth in pixels: 1 at the edge of an area. */
  static double pixels(int depth) {
    return (double) depth / SIDE;
  }

  /**
   * Finds the depths by a chamfer distance, in two passes over the pixels, however many areas there
   * are. The border of the rectangle is an edge.
   */
  private void measure() {
    int height = width == 0 ? 0 : ids.length / width;
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        int at = row * width + column;
        int least = Character.MAX_VALUE;
        least = Math.min(least, step(at, column > 0, -1, SIDE));
        least = Math.min(least, step(at, row > 0, -width, SIDE));
        least = Math.min(least, step(at, row > 0 && column > 0, -width - 1, ACROSS));
        least = Math.min(least, step(at, row > 0 && column < width - 1, 1 - width, ACROSS));
        depths[at] = (char) least;
      }
    }
    for (int row = height - 1; row >= 0; row--) {
      for (int column = width - 1; column >= 0; column--) {
        int at = row * width + column;
        boolean below = row < height - 1;
        int least = depths[at];
        least = Math.min(least, step(at, column < width - 1, 1, SIDE));
        least = Math.min(least, step(at, below, width, SIDE));
        least = Math.min(least, step(at, below && column < width - 1, width + 1, ACROSS));
        least = Math.min(least, step(at, below && column > 0, width - 1, ACROSS));
        depths[at] = (char) least;
      }
    }
  }

  /** The depth that follows from a neighbour, which is 0 deep outside the area. */
  private int step(int at, boolean inside, int offset, int length) {
    boolean same = inside && ids[at + offset] == ids[at];
    return (same ? depths[at + offset] : 0) + length;
  }

  /** What is known of an area for its name's place. */
  record Extent(Rectangle bounds, Point deepest) {}

  /** Of every area, in the image. */
  Map<Integer, Extent> extents() {
    Map<Integer, int[]> found = new HashMap<>();
    int[] extent = new int[0];
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] == NONE) {
        continue;
      }
      int column = i % width;
      int row = i / width;
      if (i == 0 || ids[i] != ids[i - 1] || extent.length == 0) {
        extent = found.computeIfAbsent(ids[i], id -> new int[] {column, row, column, row, -1});
      }
      extent[0] = Math.min(extent[0], column);
      extent[2] = Math.max(extent[2], column);
      extent[3] = row;
      if (extent[4] < 0 || depths[i] > depths[extent[4]]) {
        extent[4] = i;
      }
    }
    Map<Integer, Extent> extents = new HashMap<>();
    found.forEach(
        (id, e) ->
            extents.put(
                id,
                new Extent(
                    new Rectangle(x + e[0], y + e[1], e[2] - e[0] + 1, e[3] - e[1] + 1),
                    new Point(x + e[4] % width, y + e[4] / width))));
    return extents;
  }
}
