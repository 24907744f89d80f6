package dev.dovetail.formats.mask;

import java.util.Arrays;

/** Collects pixels in column-major order into canonical run lengths. */
final class RunBuilder {

  private int[] runs = new int[32];
  private int count;
  private int covered;
  private boolean foreground;
  private int current;

  /** Appends background up to the pixel with this index, exclusive. */
  void background(int upTo) {
    run(upTo - covered, false);
  }

  /** Appends equal pixels. The length may be 0. */
  void run(int length, boolean set) {
    if (length == 0) {
      return;
    }
    if (set != foreground) {
      close();
    }
    current += length;
    covered += length;
  }

  /** Returns the runs, filled with background up to this number of pixels. */
  int[] finish(int pixels) {
    background(pixels);
    close();
    return Arrays.copyOf(runs, count);
  }

  private void close() {
    if (count == runs.length) {
      runs = Arrays.copyOf(runs, 2 * count);
    }
    runs[count++] = current;
    current = 0;
    foreground = !foreground;
  }
}
