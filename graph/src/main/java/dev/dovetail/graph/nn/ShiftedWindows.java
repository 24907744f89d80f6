package dev.dovetail.graph.nn;

import dev.dovetail.graph.fused.WindowAttention;
import java.util.stream.IntStream;

/**
 * Windows over a grid that is rolled up and to the left and padded to whole windows (Liu et al.
 * 2021, section 3.2). Maps each place of each window to a cell, and determines which places of a
 * window attend to each other. Windows, and places in a window, are numbered row by row.
 *
 * @param grid the size of the grid in cells
 * @param window the size of a window in places
 * @param shift rows and columns by which the grid is rolled; less than a window
 * @param padFirst whether the grid is padded before it is rolled (mmdetection, transformers), so
 *     that the padding is rolled too, or after it (timm)
 */
public record ShiftedWindows(Extent grid, Extent window, Extent shift, boolean padFirst) {

  /**
   * Checks the extents.
   *
   * @param grid the size of the grid in cells
   * @param window the size of a window in places
   * @param shift rows and columns by which the grid is rolled; less than a window
   * @param padFirst whether the grid is padded before it is rolled, or after it
   * @throws IllegalArgumentException if an extent is not positive, or the shift is not less than a
   *     window
   */
  public ShiftedWindows {
    boolean positive = Math.min(grid.height(), grid.width()) > 0;
    positive &= Math.min(window.height(), window.width()) > 0;
    boolean within = Math.min(shift.height(), shift.width()) >= 0;
    within &= shift.height() < window.height() && shift.width() < window.width();
    if (!positive || !within) {
      throw new IllegalArgumentException(
          "expected a grid, a window and a shift within the window, got "
              + String.join(", ", text(grid), text(window), text(shift)));
    }
  }

  private static String text(Extent e) {
    return e.height() + "x" + e.width();
  }

  /** {@return the same windows without shift} */
  public ShiftedWindows unshifted() {
    return new ShiftedWindows(grid, window, new Extent(0, 0), padFirst);
  }

  /**
   * {@return the windows that a fused operator describes}
   *
   * @param w the description
   */
  public static ShiftedWindows of(WindowAttention.Windows w) {
    return new ShiftedWindows(
        new Extent(w.height(), w.width()),
        new Extent(w.windowHeight(), w.windowWidth()),
        new Extent(w.up(), w.left()),
        w.padFirst());
  }

  /** Returns these windows as a fused operator describes them. */
  WindowAttention.Windows fusible() {
    return new WindowAttention.Windows(
        grid.height(),
        grid.width(),
        window.height(),
        window.width(),
        shift.height(),
        shift.width(),
        padFirst);
  }

  private int rows() {
    return (grid.height() + window.height() - 1) / window.height();
  }

  private int columns() {
    return (grid.width() + window.width() - 1) / window.width();
  }

  /** Returns the number of windows. */
  int count() {
    return rows() * columns();
  }

  /** Returns the grid's extents, rounded up to whole windows. */
  private Extent padded() {
    return new Extent(rows() * window.height(), columns() * window.width());
  }

  /** Returns whether there are places without a cell. */
  boolean hasPadding() {
    return !padded().equals(grid);
  }

  /** Returns the cell at a place of a window; the grid's area if there is none. */
  int cell(int index, int place) {
    int row = source(row(index, place), shift.height(), grid.height(), padded().height());
    int column = source(column(index, place), shift.width(), grid.width(), padded().width());
    boolean real = row < grid.height() && column < grid.width();
    return real ? row * grid.width() + column : grid.area();
  }

  private int source(int position, int by, int extent, int padded) {
    if (padFirst) {
      return (position + by) % padded;
    }
    return position < extent ? (position + by) % extent : extent;
  }

  /**
   * Returns the region of a place. Places of a window attend to each other if they are in the same
   * region. In the last row and column of windows, cells that were rolled there form separate
   * regions.
   */
  private int region(int index, int place) {
    boolean below = row(index, place) >= padded().height() - shift.height();
    boolean right = column(index, place) >= padded().width() - shift.width();
    return (below ? 2 : 0) + (right ? 1 : 0);
  }

  /** Returns whether two places of a window attend to each other. */
  boolean connected(int index, int from, int to) {
    return region(index, from) == region(index, to);
  }

  /** Returns whether all places of a window attend to each other. */
  boolean whole(int index) {
    return IntStream.range(1, window.area()).allMatch(place -> connected(index, 0, place));
  }

  private int row(int index, int place) {
    return index / columns() * window.height() + place / window.width();
  }

  private int column(int index, int place) {
    return index % columns() * window.width() + place % window.width();
  }
}
