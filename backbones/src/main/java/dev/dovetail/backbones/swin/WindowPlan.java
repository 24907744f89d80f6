package dev.dovetail.backbones.swin;

import dev.dovetail.backbones.swin.WindowPadding.SmallGrid;

/**
 * The windows of one stage on one grid.
 *
 * @param gridHeight rows of the grid
 * @param gridWidth columns of the grid
 * @param height rows of a window
 * @param width columns of a window
 * @param down rows that a shifted block shifts by
 * @param right columns that a shifted block shifts by
 */
record WindowPlan(
    int gridHeight,
    int gridWidth,
    int height,
    int width,
    int down,
    int right,
    WindowPadding borders) {

  static WindowPlan of(Swin swin, int stage, int gridHeight, int gridWidth) {
    SmallGrid small = swin.borders().smallGrid();
    int rows = gridHeight;
    int columns = gridWidth;
    if (small == SmallGrid.AS_TRAINED) {
      rows = swin.trainedGrid(stage, 0);
      columns = swin.trainedGrid(stage, 1);
    } else if (small == SmallGrid.SQUARE) {
      rows = Math.min(gridHeight, gridWidth);
      columns = rows;
    }
    boolean keepWindow = small == SmallGrid.KEEP || small == SmallGrid.UNSHIFTED;
    boolean keepShift = small == SmallGrid.KEEP;
    int window = swin.window();
    return new WindowPlan(
        gridHeight,
        gridWidth,
        keepWindow ? window : Math.min(rows, window),
        keepWindow ? window : Math.min(columns, window),
        keepShift || rows > window ? window / 2 : 0,
        keepShift || columns > window ? window / 2 : 0,
        swin.borders());
  }

  ShiftedWindows windows(boolean shifted) {
    return new ShiftedWindows(
        gridHeight,
        gridWidth,
        height,
        width,
        shifted ? down : 0,
        shifted ? right : 0,
        borders.padFirst());
  }
}
