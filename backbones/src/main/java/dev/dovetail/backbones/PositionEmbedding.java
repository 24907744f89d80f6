package dev.dovetail.backbones;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Resampling;

/**
 * The learned absolute position embedding of a vision transformer, {@code pos_embed [1, dropped +
 * grid², channels]}, resampled to another grid as the reference does: bicubic, half-pixel centres,
 * a = -0.75, edges repeated, no antialiasing.
 *
 * @param grid rows and columns of the grid that it was trained on
 * @param dropped entries before the grid that are not used (class token)
 */
public record PositionEmbedding(int grid, int dropped) {

  public PositionEmbedding {
    if (grid < 1 || dropped < 0) {
      throw new IllegalArgumentException(
          "a position embedding over a grid of " + grid + "x" + grid + " is not possible");
    }
  }

  /** The embedding of a grid of {@code rows x columns}: [1, rows * columns, channels]. */
  public Tensor tokens(Scope s, int rows, int columns, int channels) {
    int entries = dropped + grid * grid;
    Tensor all = s.weight("pos_embed", new Init.TruncatedNormal(0.02f), 1, entries, channels);
    Tensor used = dropped == 0 ? all : all.slice(1, dropped, entries);
    if (rows == grid && columns == grid) {
      return used;
    }
    Tensor map = used.transpose(0, 2, 1).reshape(1, channels, grid, grid);
    return Resampling.bicubic(map, rows, columns).flatten(2, 3).transpose(0, 2, 1);
  }
}
