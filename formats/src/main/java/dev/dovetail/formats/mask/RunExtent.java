package dev.dovetail.formats.mask;

/** The extent of run lengths: the number of foreground pixels and their bounding box. */
record RunExtent(int area, Rle.Box box) {

  /**
   * Checks and measures in one pass.
   *
   * @throws IllegalArgumentException if a run is negative or they do not add up to height * width
   */
  static RunExtent of(int height, int width, int[] runs) {
    int pixels = Rle.pixels(height, width);
    int area = 0;
    int left = 0;
    int right = -1;
    int top = height;
    int bottom = -1;
    int column = 0;
    int columnStart = 0;
    int at = 0;
    for (int i = 0; i < runs.length; i++) {
      int from = at;
      at += runs[i];
      if (runs[i] < 0 || at < 0 || at > pixels) {
        throw wrong(height, width, runs);
      }
      if ((i & 1) == 0 || from == at) {
        continue;
      }
      area += runs[i];
      int below = from - columnStart;
      if (below >= height) {
        // It is mostly the next column, and a division takes as long as the rest of the loop.
        int columns = below - height < height ? 1 : below / height;
        column += columns;
        columnStart += columns * height;
      }
      if (right < 0) {
        left = column;
      }
      right = column;
      top = Math.min(top, from - columnStart);
      bottom = Math.max(bottom, at - 1 - columnStart);
      if (bottom >= height) {
        top = 0;
        bottom = height - 1;
        right = (at - 1) / height;
      }
    }
    if (at != pixels) {
      throw wrong(height, width, runs);
    }
    return new RunExtent(
        area,
        right < 0
            ? new Rle.Box(0, 0, 0, 0)
            : new Rle.Box(left, top, right - left + 1, bottom - top + 1));
  }

  private static IllegalArgumentException wrong(int height, int width, int[] runs) {
    long sum = 0;
    for (int i = 0; i < runs.length; i++) {
      if (runs[i] < 0) {
        return new IllegalArgumentException("run " + i + " of the mask is negative: " + runs[i]);
      }
      sum += runs[i];
    }
    return new IllegalArgumentException(
        "the runs of the mask add up to "
            + sum
            + (" pixels, not to height * width = " + height + " * " + width));
  }
}
