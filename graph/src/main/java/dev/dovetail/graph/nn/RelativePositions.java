package dev.dovetail.graph.nn;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;

/**
 * BEiT's learned relative position bias (Bao et al. 2022) in a window or grid: one value per head
 * for every difference of rows and columns. With a class token, there are three additional values:
 * class to patch, patch to class, and class to class.
 *
 * @param height rows of the window
 * @param width columns of the window
 * @param classToken whether a class token precedes the window's tokens
 */
public record RelativePositions(int height, int width, boolean classToken) {

  private static final SoftCache<RelativePositions, TensorData> INDICES = new SoftCache<>();

  /**
   * Checks the window.
   *
   * @param height rows of the window
   * @param width columns of the window
   * @param classToken whether a class token precedes the window's tokens
   */
  public RelativePositions {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "relative positions need a window, but it is " + height + "x" + width);
    }
  }

  /**
   * Returns the number of rows of {@code relative_position_bias_table}.
   *
   * @return the number of rows
   */
  public int entries() {
    return (2 * height - 1) * (2 * width - 1) + (classToken ? 3 : 0);
  }

  private int tokens() {
    return height * width + (classToken ? 1 : 0);
  }

  /** Returns the learned table {@code relative_position_bias_table} [entries, heads]. */
  private Tensor table(Scope s, int heads) {
    s.ignoreKeys(
        "relative_position_index", "an index table that is computed from the window's size");
    return s.weight("relative_position_bias_table", Init.zeros(), entries(), heads);
  }

  /**
   * {@return the bias [1, heads, tokens, tokens], with rows for queries and columns for keys}
   *
   * @param s the scope of its parameters
   * @param heads number of heads
   */
  public Tensor bias(Scope s, int heads) {
    return select(s, table(s, heads));
  }

  /**
   * {@return the bias for another grid of {@code rows x columns}; the table is resized except for
   * the rows of the class token}
   *
   * @param s the scope of its parameters
   * @param heads number of heads
   * @param rows rows of the other grid
   * @param columns columns of the other grid
   * @param resize the interpolation of the table
   */
  public Tensor bias(Scope s, int heads, int rows, int columns, Interpolation resize) {
    Tensor table = table(s, heads);
    if (rows == height && columns == width) {
      return select(s, table);
    }
    int cells = (2 * height - 1) * (2 * width - 1);
    Tensor map =
        table.slice(0, 0, cells).permute(1, 0).reshape(heads, 2 * height - 1, 2 * width - 1);
    Tensor grid = resize.apply(map, 2 * rows - 1, 2 * columns - 1).flatten(1, 2).permute(1, 0);
    Tensor resized = classToken ? Tensor.concat(0, grid, table.slice(0, cells, entries())) : grid;
    return new RelativePositions(rows, columns, classToken).select(s, resized);
  }

  /**
   * {@return the bias [1, heads, tokens, tokens] of a table [entries, heads]}
   *
   * @param s a scope for the operations
   * @param table one row per relative position
   */
  public Tensor select(Scope s, Tensor table) {
    // Shared by the blocks of a model: for a grid of 40x40 it has 20 MB.
    TensorData index = INDICES.get(this, () -> TensorData.of(index(), tokens(), tokens()));
    return table.gather(0, s.constant(index)).permute(2, 0, 1).unsqueeze(0);
  }

  /**
   * {@return the row of the table for every query (rows) and key (columns), as stored in
   * checkpoints}
   */
  public long[] index() {
    int n = tokens();
    int first = classToken ? 1 : 0;
    long[] index = new long[n * n];
    for (int q = first; q < n; q++) {
      for (int k = first; k < n; k++) {
        int rows = (q - first) / width - (k - first) / width + height - 1;
        int columns = (q - first) % width - (k - first) % width + width - 1;
        index[q * n + k] = (long) rows * (2 * width - 1) + columns;
      }
    }
    if (classToken) {
      for (int i = 1; i < n; i++) {
        index[i] = entries() - 3;
        index[i * n] = entries() - 2;
      }
      index[0] = entries() - 1;
    }
    return index;
  }
}
