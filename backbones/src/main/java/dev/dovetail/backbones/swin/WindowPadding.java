package dev.dovetail.backbones.swin;

import dev.dovetail.graph.nn.Extent;
import dev.dovetail.graph.nn.ShiftedWindows;

/**
 * The treatment of grids that Swin's windows do not divide or that fit into a single window. It
 * depends on the library. On grids of at least two whole windows in each direction, all constants
 * behave the same.
 */
public enum WindowPadding {
  /**
   * On a small grid the window shrinks and is not shifted, separately for rows and columns: timm.
   */
  TIMM(SmallGrid.SHRINK, false, -100),
  /** timm with {@code always_partition}. */
  TIMM_ALWAYS_PARTITION(SmallGrid.KEEP, false, -100),
  /**
   * mmdetection, mmsegmentation, mmpretrain, the authors' detector, and transformers' AutoBackbone.
   */
  MMDETECTION(SmallGrid.KEEP, true, -100),
  /**
   * On a small grid the window keeps its size and is not shifted, separately for rows and columns:
   * torchvision.
   */
  TORCHVISION(SmallGrid.UNSHIFTED, true, -100),
  /**
   * On a small grid the window becomes a square that fits and is not shifted: transformers' Swin.
   */
  TRANSFORMERS(SmallGrid.SQUARE, true, -100),
  /**
   * transformers' Swin V2: images of any size have the windows and shifts of the training images,
   * and the mask is added twice. The sum matters because the cosines times the temperature may
   * reach 100.
   */
  TRANSFORMERS_V2(SmallGrid.AS_TRAINED, true, -200);

  /** Returns the window and the shift for a grid that is no larger than a window. */
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
   * {@return the windows of a stage, shifted as in every second block}
   *
   * @param grid the stage's grid
   * @param trained the stage's grid for the training images
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

  /** The value added to the logits of two positions that must not attend to each other. */
  float hidden() {
    return hidden;
  }
}
