package dev.dovetail.formats.mask;

import java.util.Arrays;

/**
 * Rasterizes a polygon like {@code rleFrPoly} in the COCO API. Its outline is traversed on a grid
 * of fifths of a pixel. A run begins or ends where the outline crosses the middle of a pixel
 * column.
 */
final class PolygonRaster {

  private static final int SCALE = 5;

  /** On the fine grid, pixel column c is crossed between x = 5c + 2 and x = 5c + 3. */
  private static final int CROSSING = 2;

  private final int height;
  private final int width;
  private int[] positions = new int[64];
  private int count;

  private PolygonRaster(int height, int width) {
    this.height = height;
    this.width = width;
  }

  /** Returns the run lengths of the polygon x0, y0, x1, y1, … (pixels) in an image of this size. */
  static int[] runs(int height, int width, double[] xy) {
    int pixels = Rle.pixels(height, width);
    int corners = xy.length / 2;
    int[] xs = new int[corners + 1];
    int[] ys = new int[corners + 1];
    for (int i = 0; i < corners; i++) {
      xs[i] = grid(xy[2 * i]);
      ys[i] = grid(xy[2 * i + 1]);
    }
    xs[corners] = xs[0];
    ys[corners] = ys[0];
    checkLength(xs, ys);
    PolygonRaster raster = new PolygonRaster(height, width);
    for (int i = 0; i < corners; i++) {
      raster.edge(xs[i], ys[i], xs[i + 1], ys[i + 1]);
    }
    return raster.toRuns(pixels);
  }

  /** Truncates toward zero instead of flooring, which matters left of and above the image. */
  private static int grid(double coordinate) {
    double scaled = SCALE * coordinate + 0.5;
    if (!(Math.abs(scaled) < Integer.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "a polygon has the coordinate " + coordinate + ", which is too far outside of an image");
    }
    return (int) scaled;
  }

  private static void checkLength(int[] xs, int[] ys) {
    long steps = 0;
    for (int i = 1; i < xs.length; i++) {
      steps += 1 + Math.max(Math.abs((long) xs[i] - xs[i - 1]), Math.abs((long) ys[i] - ys[i - 1]));
    }
    if (steps > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a polygon's outline is " + steps / SCALE + " pixels long, too long to be rasterized");
    }
  }

  /**
   * Records the crossings of one edge. The reference emits every grid point of the edge and
   * examines neighbors with different x. In either direction, only those next to the middle of a
   * column can count.
   */
  private void edge(int fromX, int fromY, int toX, int toY) {
    int dx = Math.abs(toX - fromX);
    int dy = Math.abs(toY - fromY);
    boolean shallow = dx >= dy;
    boolean flip = shallow ? fromX > toX : fromY > toY;
    int x0 = flip ? toX : fromX;
    int y0 = flip ? toY : fromY;
    int x1 = flip ? fromX : toX;
    int y1 = flip ? fromY : toY;
    if (shallow) {
      double slope = (double) (y1 - y0) / dx;
      int first = Math.max(x0, 0);
      int last = (int) Math.min((long) x0 + dx - 1, (long) SCALE * width - 1);
      for (int x = first + Math.floorMod(CROSSING - first, SCALE); x <= last; x += SCALE) {
        int t = x - x0;
        int y = Math.min((int) (y0 + slope * t + 0.5), (int) (y0 + slope * (t + 1) + 0.5));
        crossing(x, y);
      }
    } else {
      steep(x0, y0, dy, (double) (x1 - x0) / dy);
    }
  }

  /** Returns the steps at which a steep edge enters the column after a middle, going down. */
  private void steep(int x0, int y0, int dy, double slope) {
    int from = abscissa(x0, slope, 0);
    int to = abscissa(x0, slope, dy);
    int last = (int) Math.min(Math.max(from, to) - 1L, (long) SCALE * width - 1);
    int first = Math.max(Math.min(from, to), 0);
    for (int x = first + Math.floorMod(CROSSING - first, SCALE); x <= last; x += SCALE) {
      int step = (int) Math.min(Math.max((x + 0.5 - x0) / slope, 1), dy);
      if (from < to) {
        while (abscissa(x0, slope, step) > x) {
          step--;
        }
        while (abscissa(x0, slope, step) <= x) {
          step++;
        }
      } else {
        while (abscissa(x0, slope, step) <= x) {
          step--;
        }
        while (abscissa(x0, slope, step) > x) {
          step++;
        }
      }
      crossing(x, y0 + step - 1);
    }
  }

  /**
   * Returns the grid column of a steep edge after a number of steps, rounded as in the reference.
   */
  private static int abscissa(int x0, double slope, int step) {
    return (int) (x0 + slope * step + 0.5);
  }

  private void crossing(int x, int y) {
    double row = (y + 0.5) / SCALE - 0.5;
    int top = (int) Math.ceil(Math.min(Math.max(row, 0), height));
    if (count == positions.length) {
      positions = Arrays.copyOf(positions, 2 * count);
    }
    positions[count++] = (x / SCALE) * height + top;
  }

  private int[] toRuns(int pixels) {
    Arrays.sort(positions, 0, count);
    int[] runs = new int[count + 1];
    int n = 0;
    int previous = 0;
    boolean joined = false;
    for (int i = 0; i <= count; i++) {
      int position = i < count ? positions[i] : pixels;
      int length = position - previous;
      previous = position;
      if (joined) {
        runs[n - 1] += length;
        joined = false;
      } else if (length > 0 || n == 0) {
        runs[n++] = length;
      } else {
        joined = true;
      }
    }
    return Arrays.copyOf(runs, n);
  }
}
