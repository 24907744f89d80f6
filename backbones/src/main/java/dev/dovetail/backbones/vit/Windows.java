package dev.dovetail.backbones.vit;

import dev.dovetail.graph.Movement;
import dev.dovetail.graph.Tensor;
import java.util.List;

/**
 * Non-overlapping windows over a grid of tokens. Where they do not divide it, the grid is extended
 * with zeros at the bottom and right to whole windows.
 *
 * @param gridHeight rows of the grid
 * @param gridWidth columns of the grid
 * @param height rows of a window
 * @param width columns of a window
 */
record Windows(int gridHeight, int gridWidth, int height, int width) {

  private int rows() {
    return (gridHeight + height - 1) / height;
  }

  private int columns() {
    return (gridWidth + width - 1) / width;
  }

  /** Tokens [batch, grid, channels] as [batch * windows, window, channels]. */
  Tensor partition(Tensor tokens) {
    int batch = tokens.dim(0);
    int channels = tokens.dim(2);
    int below = rows() * height - gridHeight;
    int right = columns() * width - gridWidth;
    Tensor grid = tokens.reshape(batch, gridHeight, gridWidth, channels);
    if (below > 0 || right > 0) {
      grid = grid.apply(new Movement.Pad(List.of(0, 0, 0, 0), List.of(0, below, right, 0), 0));
    }
    if (columns() > 1) {
      grid =
          grid.reshape(batch, rows(), height, columns(), width, channels).permute(0, 1, 3, 2, 4, 5);
    }
    return grid.reshape(batch * rows() * columns(), height * width, channels);
  }

  /** The inverse of {@link #partition}; what was added is cut off. */
  Tensor reverse(Tensor windows) {
    int batch = windows.dim(0) / (rows() * columns());
    int channels = windows.dim(2);
    Tensor grid =
        columns() == 1
            ? windows
            : windows
                .reshape(batch, rows(), columns(), height, width, channels)
                .permute(0, 1, 3, 2, 4, 5);
    grid = grid.reshape(batch, rows() * height, columns() * width, channels);
    if (rows() * height > gridHeight) {
      grid = grid.slice(1, 0, gridHeight);
    }
    if (columns() * width > gridWidth) {
      grid = grid.slice(2, 0, gridWidth);
    }
    return grid.reshape(batch, gridHeight * gridWidth, channels);
  }
}
