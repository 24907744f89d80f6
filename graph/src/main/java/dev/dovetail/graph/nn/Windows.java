package dev.dovetail.graph.nn;

import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.Movement;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.fused.FromWindows;
import dev.dovetail.graph.fused.ToWindows;
import java.util.List;

/**
 * Windows over a grid of tokens, without shift and mask, formed by reshaping, as in ViTDet (Li et
 * al. 2022). If the windows do not divide the grid, it is padded with zeros at the bottom and
 * right. {@link WindowPartition} supports shifted windows.
 *
 * @param grid the size of the grid in cells
 * @param window the size of a window in places
 */
public record Windows(Extent grid, Extent window) {

  private int rows() {
    return (grid.height() + window.height() - 1) / window.height();
  }

  private int columns() {
    return (grid.width() + window.width() - 1) / window.width();
  }

  private Extent padded() {
    return new Extent(rows() * window.height(), columns() * window.width());
  }

  /**
   * Partitions the tokens into windows.
   *
   * @param tokens [batch, cells, channels]
   * @return [batch * windows, places, channels]
   */
  public Tensor partition(Tensor tokens) {
    FusedOp op =
        new ToWindows(grid.height(), grid.width(), window.height(), window.width(), 1, false);
    return tokens.fusible(partitionWithoutFusion(tokens), op);
  }

  /**
   * Partitions the tokens into windows, for rewritten graphs: does not declare the fused operator
   * that is equivalent.
   *
   * @param tokens [batch, cells, channels]
   * @return [batch * windows, places, channels]
   */
  public Tensor partitionWithoutFusion(Tensor tokens) {
    int batch = tokens.dim(0);
    int channels = tokens.dim(2);
    int below = padded().height() - grid.height();
    int right = padded().width() - grid.width();
    Tensor map = tokens.reshape(batch, grid.height(), grid.width(), channels);
    if (below > 0 || right > 0) {
      map = map.apply(new Movement.Pad(List.of(0, 0, 0, 0), List.of(0, below, right, 0), 0));
    }
    if (columns() > 1) {
      map =
          map.reshape(batch, rows(), window.height(), columns(), window.width(), channels)
              .permute(0, 1, 3, 2, 4, 5);
    }
    return map.reshape(batch * rows() * columns(), window.area(), channels);
  }

  /**
   * Reverses {@link #partition} and removes the padding.
   *
   * @param windows [batch * windows, places, channels]
   * @return [batch, cells, channels]
   */
  public Tensor reverse(Tensor windows) {
    int batch = windows.dim(0) / (rows() * columns());
    int channels = windows.dim(2);
    Tensor map = windows;
    if (columns() > 1) {
      map =
          map.reshape(batch, rows(), columns(), window.height(), window.width(), channels)
              .permute(0, 1, 3, 2, 4, 5);
    }
    map = map.reshape(batch, padded().height(), padded().width(), channels);
    if (padded().height() > grid.height()) {
      map = map.slice(1, 0, grid.height());
    }
    if (padded().width() > grid.width()) {
      map = map.slice(2, 0, grid.width());
    }
    FusedOp op = new FromWindows(grid.height(), grid.width(), window.height(), window.width());
    return windows.fusible(map.reshape(batch, grid.area(), channels), op);
  }
}
