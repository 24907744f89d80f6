package dev.dovetail.formats.mask;

import java.util.Arrays;

/**
 * Erosion of a mask by a square, on its run lengths. Each column is eroded separately; a pixel
 * remains if it is set in enough adjacent columns. Only foreground is visited.
 */
final class Erosion {

  private final int height;
  private final int distance;
  private final int[] first;
  private final int[] last;
  private final RunBuilder eroded = new RunBuilder();

  private Erosion(int height, int distance) {
    this.height = height;
    this.distance = distance;
    this.first = new int[height];
    this.last = new int[height];
    Arrays.fill(last, -2);
  }

  /**
   * Returns the run lengths of the eroded mask.
   *
   * @param distance half the side of the square, without its center pixel; pixels outside of the
   *     image are background
   */
  static int[] runs(int height, int width, int[] runs, int distance) {
    Erosion erosion = new Erosion(height, distance);
    int from = 0;
    int to = 0;
    for (int i = 0; i + 1 < runs.length; i += 2) {
      if (runs[i] > 0) {
        erosion.foreground(from, to);
        from = to + runs[i];
        to = from;
      }
      to += runs[i + 1];
    }
    erosion.foreground(from, to);
    return erosion.eroded.finish(height * width);
  }

  /** Visits a run of foreground, split at the ends of columns. */
  private void foreground(int from, int to) {
    for (int at = from; at < to; ) {
      int x = at / height;
      int end = Math.min(to, (x + 1) * height);
      column(x, at - x * height, end - x * height);
      at = end;
    }
  }

  private void column(int x, int top, int bottom) {
    for (int y = top + distance; y < bottom - distance; y++) {
      if (last[y] != x - 1) {
        first[y] = x;
      }
      last[y] = x;
      if (x - first[y] >= 2 * distance) {
        eroded.background((x - distance) * height + y);
        eroded.run(1, true);
      }
    }
  }
}
