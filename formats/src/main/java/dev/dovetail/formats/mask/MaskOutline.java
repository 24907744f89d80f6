package dev.dovetail.formats.mask;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The outlines of a mask along the edges of its pixels. Filled with the even-odd rule of the COCO
 * tools, they reproduce the same pixels.
 */
public final class MaskOutline {

  /** East, south, west, north. Foreground is on the right of each edge. */
  private static final int[] DX = {1, 0, -1, 0};

  private static final int[] DY = {0, 1, 0, -1};

  private final int left;
  private final int top;
  private final int width;
  private final int height;
  private final byte[] mask;

  /** The edges that start at each corner of a pixel, with one bit for each direction. */
  private final byte[] edges;

  private MaskOutline(Rle rle) {
    this.left = rle.box().x();
    this.top = rle.box().y();
    this.width = rle.box().width();
    this.height = rle.box().height();
    this.mask = rle.boxColumnMajor();
    this.edges = new byte[Math.multiplyExact(width + 1, height + 1)];
    for (int x = 0; x < width; x++) {
      for (int y = 0; y < height; y++) {
        if (isSet(x, y)) {
          addEdge(isSet(x, y - 1), x, y, 0);
          addEdge(isSet(x + 1, y), x + 1, y, 1);
          addEdge(isSet(x, y + 1), x + 1, y + 1, 2);
          addEdge(isSet(x - 1, y), x, y + 1, 3);
        }
      }
    }
  }

  private boolean isSet(int x, int y) {
    return x >= 0 && y >= 0 && x < width && y < height && mask[x * height + y] != 0;
  }

  private void addEdge(boolean inside, int x, int y, int direction) {
    if (!inside) {
      edges[x * (height + 1) + y] |= (byte) (1 << direction);
    }
  }

  /**
   * {@return the outlines, including those of holes: each x0, y0, x1, y1, … in pixels; empty for an
   * empty mask}
   *
   * @param mask any mask
   */
  public static List<double[]> rings(Rle mask) {
    return new MaskOutline(mask).rings();
  }

  /**
   * {@return all outlines as one, joined by lines that are traversed in both directions and thus
   * add no pixels; empty for an empty mask}
   *
   * @param mask any mask
   */
  public static double[] joined(Rle mask) {
    List<double[]> rings = rings(mask);
    if (rings.size() < 2) {
      return rings.isEmpty() ? new double[0] : rings.get(0);
    }
    // Forward along the closed rings, and back from start to start.
    int length = rings.stream().mapToInt(ring -> ring.length + 2).sum() + 2 * (rings.size() - 1);
    double[] joined = new double[length];
    int at = 0;
    for (double[] ring : rings) {
      System.arraycopy(ring, 0, joined, at, ring.length);
      System.arraycopy(ring, 0, joined, at + ring.length, 2);
      at += ring.length + 2;
    }
    for (int i = rings.size() - 2; i >= 0; i--) {
      System.arraycopy(rings.get(i), 0, joined, at, 2);
      at += 2;
    }
    return joined;
  }

  private List<double[]> rings() {
    List<double[]> rings = new ArrayList<>();
    for (int corner = 0; corner < edges.length; corner++) {
      while (edges[corner] != 0) {
        rings.add(ring(corner));
      }
    }
    return rings;
  }

  /** Follows edges, which are removed, until the first corner is reached again. */
  private double[] ring(int start) {
    double[] points = new double[16];
    int n = 0;
    int corner = start;
    int first = Integer.numberOfTrailingZeros(edges[corner]);
    int direction = first;
    int before = -1;
    do {
      edges[corner] &= (byte) ~(1 << direction);
      if (direction != before) {
        if (n == points.length) {
          points = Arrays.copyOf(points, 2 * n);
        }
        points[n++] = left + (double) (corner / (height + 1));
        points[n++] = top + (double) (corner % (height + 1));
      }
      before = direction;
      corner += DX[direction] * (height + 1) + DY[direction];
      direction = corner == start ? first : next(corner, direction);
    } while (corner != start);
    return Arrays.copyOf(points, n);
  }

  /**
   * Returns the next direction. If there are two edges, it is the right turn, so that pixels that
   * touch only at a corner stay separate.
   */
  private int next(int corner, int direction) {
    for (int turn : new int[] {1, 0, 3}) {
      int next = direction + turn & 3;
      if ((edges[corner] & 1 << next) != 0) {
        return next;
      }
    }
    throw new AssertionError("an outline is closed");
  }
}
