package dev.dovetail.backbones.swin;

import java.util.stream.IntStream;

/**
 * Windows over a grid that was shifted cyclically up and to the left and extended to whole windows
 * (Liu et al. 2021, section 3.2): which cell stands at each place of each window, and which places
 * of a window may see each other.
 *
 * @param gridHeight rows of the grid
 * @param gridWidth columns of the grid
 * @param height rows of a window
 * @param width columns of a window
 * @param down rows that the grid is shifted by
 * @param right columns that the grid is shifted by
 * @param padFirst whether the grid is extended before it is shifted (mmdetection, transformers), so
 *     that the shift moves the extension too, or after it (timm)
 */
record ShiftedWindows(
    int gridHeight, int gridWidth, int height, int width, int down, int right, boolean padFirst) {

  int rows() {
    return (gridHeight + height - 1) / height;
  }

  int columns() {
    return (gridWidth + width - 1) / width;
  }

  int count() {
    return rows() * columns();
  }

  /** Places of a window. */
  int area() {
    return height * width;
  }

  /** Whether there are places without a cell. */
  boolean padded() {
    return rows() * height > gridHeight || columns() * width > gridWidth;
  }

  /**
   * The cell, row by row in the grid, at a place of a window; the grid's size where there is none.
   */
  int cell(int window, int place) {
    int row = source(row(window, place), down, gridHeight, rows() * height);
    int column = source(column(window, place), right, gridWidth, columns() * width);
    boolean real = row < gridHeight && column < gridWidth;
    return real ? row * gridWidth + column : gridHeight * gridWidth;
  }

  private int source(int position, int shift, int extent, int padded) {
    if (padFirst) {
      return (position + shift) % padded;
    }
    return position < extent ? (position + shift) % extent : extent;
  }

  /**
   * The region of a place: places of one window see each other if they are of one region. In the
   * last row and column of windows, what the shift brought there is a region of its own.
   */
  private int region(int window, int place) {
    return 2 * late(row(window, place), down, rows() * height)
        + late(column(window, place), right, columns() * width);
  }

  private static int late(int position, int shift, int padded) {
    return position < padded - shift ? 0 : 1;
  }

  /** Whether all places of the window see each other. */
  boolean whole(int window) {
    return IntStream.range(1, area()).allMatch(p -> region(window, p) == region(window, 0));
  }

  /** Whether two places of a window see each other. */
  boolean sees(int window, int from, int to) {
    return region(window, from) == region(window, to);
  }

  private int row(int window, int place) {
    return window / columns() * height + place / width;
  }

  private int column(int window, int place) {
    return window % columns() * width + place % width;
  }
}
