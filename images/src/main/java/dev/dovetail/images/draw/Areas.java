package dev.dovetail.images.draw;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.panoptic.IdMap;
import dev.dovetail.formats.semantic.LabelMap;
import java.awt.Point;
import java.awt.Rectangle;
import java.util.HashMap;
import java.util.Map;

/**
 * The area of each pixel in a rectangle: the mask of an object, or the segments or classes of an
 * image.
 *
 * @param x the rectangle's first column in the image
 * @param y its first row
 * @param width of the rectangle
 * @param image the size of the image, whose border is not an edge, because areas continue beyond it
 * @param ids row by row; {@link #NONE} for no area
 * @param depths the distance of each pixel from the edge of its area, see {@link #pixels}; at most
 *     a few times the shorter side, which fits into 16 bits for every image that can be read
 */
record Areas(int x, int y, int width, Size image, int[] ids, char[] depths) {

  static final int NONE = 0;

  private static final int COLUMNS = 32;

  /** The steps of a chamfer distance: straight and diagonal. */
  private static final int SIDE = 3;

  private static final int ACROSS = 4;

  /** Returns the mask of one object, with the id 1. */
  static Areas of(Rle mask) {
    Rle.Box box = mask.box();
    byte[] columns = mask.boxColumnMajor();
    int[] ids = new int[columns.length];
    // A few columns at a time, because rows of a large image are far apart in memory.
    for (int first = 0; first < box.width(); first += COLUMNS) {
      int end = Math.min(box.width(), first + COLUMNS);
      for (int row = 0; row < box.height(); row++) {
        for (int column = first; column < end; column++) {
          ids[row * box.width() + column] = columns[column * box.height() + row];
        }
      }
    }
    return ofIds(box.x(), box.y(), box.width(), new Size(mask.height(), mask.width()), ids);
  }

  /** Returns the segments of an image with their ids. */
  static Areas of(IdMap map) {
    return ofIds(0, 0, map.size().width(), map.size(), map.ids());
  }

  /** Returns the classes of an image with the ids label + 1. */
  static Areas of(LabelMap map) {
    Areas areas = flat(map);
    areas.measure();
    return areas;
  }

  /** Creates areas without depths. */
  static Areas flat(LabelMap map) {
    int[] ids = new int[Math.toIntExact(map.size().pixels())];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = map.at(i) + 1;
    }
    return new Areas(0, 0, map.size().width(), map.size(), ids, new char[ids.length]);
  }

  private static Areas ofIds(int x, int y, int width, Size image, int[] ids) {
    Areas areas = new Areas(x, y, width, image, ids, new char[ids.length]);
    areas.measure();
    return areas;
  }

  /** Returns a depth in pixels, which is 1 at the edge of an area. */
  static double pixels(int depth) {
    return (double) depth / SIDE;
  }

  private int height() {
    return width == 0 ? 0 : ids.length / width;
  }

  /**
   * Computes the depths by a chamfer distance in two passes over the pixels, for any number of
   * areas. The border of the rectangle is an edge, except at the border of the image.
   */
  private void measure() {
    int height = height();
    int left = x > 0 ? SIDE : Character.MAX_VALUE;
    int top = y > 0 ? SIDE : Character.MAX_VALUE;
    int right = x + width < image.width() ? SIDE : Character.MAX_VALUE;
    int bottom = y + height < image.height() ? SIDE : Character.MAX_VALUE;
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        int at = row * width + column;
        boolean above = row > 0;
        int least = Math.min(column > 0 ? step(at, -1, SIDE) : left, Character.MAX_VALUE);
        least = Math.min(least, above ? step(at, -width, SIDE) : top);
        if (above && column > 0) {
          least = Math.min(least, step(at, -width - 1, ACROSS));
        }
        if (above && column < width - 1) {
          least = Math.min(least, step(at, 1 - width, ACROSS));
        }
        depths[at] = (char) least;
      }
    }
    for (int row = height - 1; row >= 0; row--) {
      for (int column = width - 1; column >= 0; column--) {
        int at = row * width + column;
        boolean below = row < height - 1;
        int least = Math.min(depths[at], column < width - 1 ? step(at, 1, SIDE) : right);
        least = Math.min(least, below ? step(at, width, SIDE) : bottom);
        if (below && column < width - 1) {
          least = Math.min(least, step(at, width + 1, ACROSS));
        }
        if (below && column > 0) {
          least = Math.min(least, step(at, width - 1, ACROSS));
        }
        depths[at] = (char) least;
      }
    }
  }

  /** Returns the depth derived from a neighbor, whose depth is 0 outside of the area. */
  private int step(int at, int offset, int length) {
    return (ids[at + offset] == ids[at] ? depths[at + offset] : 0) + length;
  }

  /** Returns the distance of a pixel from the edges of its area and of the image. */
  private int room(int at) {
    int column = x + at % width;
    int row = y + at / width;
    int border =
        Math.min(
            Math.min(column + 1, image.width() - column), Math.min(row + 1, image.height() - row));
    return Math.min(depths[at], SIDE * border);
  }

  /**
   * The properties of an area for the placement of its name.
   *
   * @param deepest the pixel farthest from its edges and from the border of the image
   */
  record Extent(Rectangle bounds, Point deepest) {}

  /** Returns the properties of every area, in image coordinates. */
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
      if (extent[4] < 0 || room(i) > room(extent[4])) {
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
