package dev.dovetail.eval.gallery;

import dev.dovetail.formats.Size;

/** The pixels within a few pixels of a boundary between two labels. */
final class BoundaryBand {

  /** The reach as a fraction of the diagonal, half of Boundary IoU's default. */
  private static final double REACH = 0.01;

  private static final int LEAST = 2;

  private final boolean[] near;

  private BoundaryBand(boolean[] near) {
    this.near = near;
  }

  static BoundaryBand of(Size size, int[] labels) {
    int height = size.height();
    int width = size.width();
    int reach = Math.max(LEAST, (int) Math.rint(REACH * Math.hypot(height, width)));
    boolean[] edge = new boolean[labels.length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = y * width + x;
        if (x + 1 < width && labels[at] != labels[at + 1]) {
          edge[at] = true;
          edge[at + 1] = true;
        }
        if (y + 1 < height && labels[at] != labels[at + width]) {
          edge[at] = true;
          edge[at + width] = true;
        }
      }
    }
    boolean[] rows = new boolean[labels.length];
    for (int y = 0; y < height; y++) {
      spread(edge, rows, y * width, 1, width, reach);
    }
    boolean[] both = new boolean[labels.length];
    for (int x = 0; x < width; x++) {
      spread(rows, both, x, width, height, reach);
    }
    return new BoundaryBand(both);
  }

  /** Marks the pixels of one line that are at most {@code reach} pixels from a mark. */
  private static void spread(
      boolean[] from, boolean[] to, int start, int step, int length, int reach) {
    int last = -reach - 1;
    for (int i = 0; i < length; i++) {
      last = from[start + i * step] ? i : last;
      to[start + i * step] = i - last <= reach;
    }
    last = length + reach;
    for (int i = length - 1; i >= 0; i--) {
      last = from[start + i * step] ? i : last;
      to[start + i * step] |= last - i <= reach;
    }
  }

  boolean has(int pixel) {
    return near[pixel];
  }
}
