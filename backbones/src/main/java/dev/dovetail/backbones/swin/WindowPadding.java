package dev.dovetail.backbones.swin;

import dev.dovetail.graph.nn.Extent;
import dev.dovetail.graph.nn.ShiftedWindows;

/**
 * What a library does where the windows of Swin do not divide a grid, and on grids that one window
 * covers. On grids of whole windows, more than one in either direction, all are alike.
 */
public enum WindowPadding {
  /** On a small grid the window shrinks, without a shift, rows and columns apart. */
  TIMM(SmallGrid.SHRINK, false, -100),
  /** timm with {@code always_partition}. */
  TIMM_ALWAYS_PARTITION(SmallGrid.KEEP, false, -100),
  /** mmdetection, mmsegmentation, mmpretrain, the authors' detector, transformers' AutoBackbone. */
  MMDETECTION(SmallGrid.KEEP, true, -100),
  /** On a small grid the window stays, without a shift, rows and columns apart. */
  TORCHVISION(SmallGrid.UNSHIFTED, true, -100),
  /** On a small grid the window becomes a square that fits, without a shift: transformers' Swin. */
  TRANSFORMERS(SmallGrid.SQUARE, true, -100),
  /**
   * Windows and shifts as the images of the training had them, for images of any size, and a mask
   * that counts twice, which shows: cosines times their temperature reach 100.
   */
  TRANSFORMERS_V2(SmallGrid.AS_TRAINED, true, -200);

  /** What happens to window and shift on a grid that is no larger than a window. */
  private enum SmallGrid {
    SHRINK,
    SQUARE,
    UNSHIFTED,
    AS_TRAINED,
    KEEP
  }

  private final SmallGrid smallGrid;
  private final boolean padFirst;
  private final float hidden;

  WindowPadding(SmallGrid smallGrid, boolean padFirst, float hidden) {
    this.smallGrid = smallGrid;
    this.padFirst = padFirst;
    this.hidden = hidden;
  }

  /**
   * {@return the windows of a stage, as every second block shifts them}
   *
   * @param grid the stage's grid
   * @param trained the grid that the images of the training had in this stage
   * @param window rows and columns of a window, as configured
   */
  ShiftedWindows windows(Extent grid, Extent trained, int window) {
    int shorter = Math.min(grid.height(), grid.width());
    Extent covered =
        switch (smallGrid) {
          case AS_TRAINED -> trained;
          case SQUARE -> new Extent(shorter, shorter);
          default -> grid;
        };
    boolean keepShift = smallGrid == SmallGrid.KEEP;
    boolean keepWindow = keepShift || smallGrid == SmallGrid.UNSHIFTED;
    int half = window / 2;
    return new ShiftedWindows(
        grid,
        new Extent(
            keepWindow ? window : Math.min(covered.height(), window),
            keepWindow ? window : Math.min(covered.width(), window)),
        new Extent(
            keepShift || covered.height() > window ? half : 0,
            keepShift || covered.width() > window ? half : 0),
        padFirst);
  }

  /** What is added to the logits of two places that must not see each other. */
  float hidden() {
    return hidden;
  }
}
