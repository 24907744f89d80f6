package dev.dovetail.formats.mask;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * The outline of a mask: closed lines along the edges of its pixels, around parts and around holes,
 * with fewer corners where that moves them little.
 */
public final class Outline {

  private static final int EAST = 0;
  private static final int SOUTH = 1;
  private static final int WEST = 2;
  private static final int NORTH = 3;

  private final byte[] mask;
  private final int height;
  private final int width;
  private final boolean[] seen;

  private Outline(Rle rle) {
    mask = rle.boxColumnMajor();
    height = rle.box().height();
    width = rle.box().width();
    seen = new boolean[mask.length];
  }

  /**
   * {@return the lines of a mask, each {@code x, y, x, y, …} in pixels; drawn by the even-odd rule
   * they fill it}
   *
   * @param mask the mask
   * @param tolerance how many pixels a line may be off
   */
  public static List<double[]> of(Rle mask, double tolerance) {
    Outline outline = new Outline(mask);
    List<double[]> lines = new ArrayList<>();
    for (int x = 0; x < outline.width; x++) {
      for (int y = 0; y < outline.height; y++) {
        if (outline.isUpperEdge(x, y) && !outline.seen[x * outline.height + y]) {
          double[] line = simplified(outline.trace(x, y), tolerance);
          for (int i = 0; i < line.length; i += 2) {
            line[i] += mask.box().x();
            line[i + 1] += mask.box().y();
          }
          lines.add(line);
        }
      }
    }
    return lines;
  }

  private boolean isSet(int x, int y) {
    return x >= 0 && y >= 0 && x < width && y < height && mask[x * height + y] != 0;
  }

  private boolean isUpperEdge(int x, int y) {
    return isSet(x, y) && !isSet(x, y - 1);
  }

  /** The corners of a line that begins above a pixel, the mask always at its right. */
  private int[] trace(int startX, int startY) {
    CornerList corners = new CornerList();
    int x = startX;
    int y = startY;
    int direction = EAST;
    corners.add(x, y);
    do {
      if (direction == EAST) {
        seen[x * height + y] = true;
      }
      x += direction == EAST ? 1 : direction == WEST ? -1 : 0;
      y += direction == SOUTH ? 1 : direction == NORTH ? -1 : 0;
      // The pixels ahead, at the right and at the left of the line.
      boolean right = ahead(x, y, direction, true);
      boolean left = ahead(x, y, direction, false);
      int next = !right ? (direction + 1) % 4 : left ? (direction + 3) % 4 : direction;
      if (next != direction) {
        corners.add(x, y);
      }
      direction = next;
    } while (x != startX || y != startY || direction != EAST);
    return corners.withoutLast();
  }

  private boolean ahead(int x, int y, int direction, boolean right) {
    return switch (direction) {
      case EAST -> isSet(x, right ? y : y - 1);
      case SOUTH -> isSet(right ? x - 1 : x, y);
      case WEST -> isSet(x - 1, right ? y - 1 : y);
      default -> isSet(right ? x : x - 1, y - 1);
    };
  }

  /** Corners under construction. */
  private static final class CornerList {

    private int[] values = new int[64];
    private int size;

    void add(int x, int y) {
      if (size == values.length) {
        values = Arrays.copyOf(values, 2 * size);
      }
      values[size++] = x;
      values[size++] = y;
    }

    /** The last corner is the first one again. */
    int[] withoutLast() {
      return Arrays.copyOf(values, size - 2);
    }
  }

  /** By Douglas and Peucker, from the first corner to the one farthest from it and back. */
  private static double[] simplified(int[] corners, double tolerance) {
    int n = corners.length / 2;
    int far = 0;
    double largest = -1;
    for (int i = 0; i < n; i++) {
      double distance =
          Math.hypot(corners[2 * i] - corners[0], corners[2 * i + 1] - corners[1]);
      if (distance > largest) {
        largest = distance;
        far = i;
      }
    }
    boolean[] kept = new boolean[n + 1];
    kept[0] = true;
    kept[far] = true;
    keep(corners, 0, far, tolerance, kept);
    keep(corners, far, n, tolerance, kept);
    int count = 0;
    for (int i = 0; i < n; i++) {
      count += kept[i] ? 1 : 0;
    }
    double[] line = new double[2 * count];
    for (int i = 0, to = 0; i < n; i++) {
      if (kept[i]) {
        line[to++] = corners[2 * i];
        line[to++] = corners[2 * i + 1];
      }
    }
    return line;
  }

  private static void keep(int[] corners, int first, int last, double tolerance, boolean[] kept) {
    int n = corners.length / 2;
    Deque<int[]> spans = new ArrayDeque<>(List.of(new int[] {first, last}));
    while (!spans.isEmpty()) {
      int[] span = spans.pop();
      double x0 = corners[2 * span[0]];
      double y0 = corners[2 * span[0] + 1];
      double dx = corners[2 * (span[1] % n)] - x0;
      double dy = corners[2 * (span[1] % n) + 1] - y0;
      double length = Math.hypot(dx, dy);
      int far = -1;
      double largest = tolerance;
      for (int i = span[0] + 1; i < span[1]; i++) {
        double px = corners[2 * i] - x0;
        double py = corners[2 * i + 1] - y0;
        double distance = length == 0 ? Math.hypot(px, py) : Math.abs(dx * py - dy * px) / length;
        if (distance > largest) {
          largest = distance;
          far = i;
        }
      }
      if (far >= 0) {
        kept[far] = true;
        spans.push(new int[] {span[0], far});
        spans.push(new int[] {far, span[1]});
      }
    }
  }
}
