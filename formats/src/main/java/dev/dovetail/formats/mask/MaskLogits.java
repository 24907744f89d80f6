package dev.dovetail.formats.mask;

/**
 * The mask of one object as logits on a coarse map that covers the whole image. The object consists
 * of the pixels at which the map is above 0, after it is resized to the image like PyTorch's
 * bilinear {@code interpolate} with {@code align_corners=False}. The resized map is never
 * materialized: between two rows of the map whose logits have the same sign, all pixels of a column
 * are equal.
 *
 * @param values contains {@code [height, width]}, row by row, starting at {@code offset}
 * @param offset the index of the first value
 * @param height rows of the map
 * @param width columns of the map
 * @param filledRows number of rows of the map that the image covers; the rest is padding
 * @param filledColumns number of columns of the map that the image covers
 */
public record MaskLogits(
    float[] values, int offset, int height, int width, float filledRows, float filledColumns) {

  /**
   * Validates the extents.
   *
   * @param values contains {@code [height, width]}, row by row, starting at {@code offset}
   * @param offset the index of the first value
   * @param height rows of the map
   * @param width columns of the map
   * @param filledRows number of rows of the map that the image covers; the rest is padding
   * @param filledColumns number of columns of the map that the image covers
   * @throws IllegalArgumentException if the map is empty or exceeds the array
   */
  public MaskLogits {
    if (height < 1 || width < 1 || offset < 0 || values.length - offset < height * width) {
      throw new IllegalArgumentException(
          "a map of "
              + (height + "x" + width + " logits does not fit at index " + offset)
              + (" of an array of length " + values.length));
    }
  }

  /**
   * Creates a map without padding.
   *
   * @param values contains {@code [height, width]}, row by row, starting at {@code offset}
   * @param offset the index of the first value
   * @param height rows of the map
   * @param width columns of the map
   */
  public MaskLogits(float[] values, int offset, int height, int width) {
    this(values, offset, height, width, height, width);
  }

  /** For each pixel of an axis, the cell before it and the weight of the next cell. */
  private record Axis(int[] before, float[] share) {

    static Axis of(int pixels, float filled, int cells) {
      int[] before = new int[pixels];
      float[] share = new float[pixels];
      float scale = filled / pixels;
      for (int i = 0; i < pixels; i++) {
        float place = Math.max(scale * (i + 0.5f) - 0.5f, 0);
        before[i] = Math.min((int) place, cells - 1);
        share[i] = Math.min(place - before[i], 1);
      }
      return new Axis(before, share);
    }

    /** Returns the first pixel at {@code start} or later that is after another cell. */
    int end(int start) {
      int end = start + 1;
      while (end < before.length && before[end] == before[start]) {
        end++;
      }
      return end;
    }
  }

  /**
   * {@return the mask of the object}
   *
   * @param pictureHeight height of the image
   * @param pictureWidth width of the image
   */
  public Rle in(int pictureHeight, int pictureWidth) {
    Axis rows = Axis.of(pictureHeight, filledRows, height);
    Axis columns = Axis.of(pictureWidth, filledColumns, width);
    boolean[] occupied = occupied();
    RunBuilder runs = new RunBuilder();
    float[] column = new float[height];
    for (int x = 0; x < pictureWidth; x++) {
      int west = columns.before[x];
      int east = Math.min(west + 1, width - 1);
      if (!occupied[west] && !occupied[east]) {
        runs.run(pictureHeight, false);
      } else {
        mix(column, west, east, columns.share[x]);
        append(runs, column, rows);
      }
    }
    return new Rle(
        pictureHeight, pictureWidth, runs.finish(Rle.pixels(pictureHeight, pictureWidth)));
  }

  /** Returns which columns of the map have a logit above 0. */
  private boolean[] occupied() {
    boolean[] occupied = new boolean[width];
    for (int y = 0, at = offset; y < height; y++) {
      for (int x = 0; x < width; x++, at++) {
        occupied[x] |= values[at] > 0;
      }
    }
    return occupied;
  }

  private void mix(float[] column, int west, int east, float toEast) {
    float toWest = 1 - toEast;
    for (int y = 0, row = offset; y < height; y++, row += width) {
      column[y] = toWest * values[row + west] + toEast * values[row + east];
    }
  }

  private void append(RunBuilder runs, float[] column, Axis rows) {
    int pixels = rows.before.length;
    for (int y = 0; y < pixels; ) {
      int end = rows.end(y);
      float north = column[rows.before[y]];
      float south = column[Math.min(rows.before[y] + 1, height - 1)];
      if (north > 0 == south > 0) {
        runs.run(end - y, north > 0);
        y = end;
      }
      for (; y < end; y++) {
        float toSouth = rows.share[y];
        runs.run(1, (1 - toSouth) * north + toSouth * south > 0);
      }
    }
  }
}
