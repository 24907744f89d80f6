package dev.dovetail.graph.nn;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;

/**
 * The learned relative position bias of BEiT (Bao et al. 2022) inside a window or grid: one value a
 * head for every difference of rows and columns, and, with a class token, three more for class to
 * patch, patch to class, and class to class.
 *
 * @param height rows of the window
 * @param width columns of the window
 * @param classToken whether a class token stands before the window's tokens
 */
public record RelativePositions(int height, int width, boolean classToken) {

  private static final SoftCache<RelativePositions, TensorData> INDICES = new SoftCache<>();

  /**
   * Checks the grid.
   *
   * @param height rows of the window
   * @param width columns of the window
   * @param classToken whether a class token stands before the window's tokens
   */
  public RelativePositions {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "relative positions need a window, and it is " + height + "x" + width);
    }
  }

  /**
   * Rows of {@code relative_position_bias_table}.
   *
   * @return how many there are
   */
  public int entries() {
    return (2 * height - 1) * (2 * width - 1) + (classToken ? 3 : 0);
  }

  private int tokens() {
    return height * width + (classToken ? 1 : 0);
  }

  /** The learned table {@code relative_position_bias_table} [entries, heads]. */
  private Tensor table(Scope s, int heads) {
    s.ignoreKeys("relative_position_index", "an index table that follows from the window's size");
    return s.weight("relative_position_bias_table", Init.zeros(), entries(), heads);
  }

  /**
   * {@return the bias [1, heads, tokens, tokens], rows for queries, columns for keys}
   *
   * @param s where its parameters are
   * @param heads how many
   */
  public Tensor bias(Scope s, int heads) {
    return select(s, table(s, heads));
  }

  /**
   * {@return the bias over another grid of {@code rows x columns}, for which the table is resized;
   * its rows of the class token stay as they are}
   *
   * @param s where its parameters are
   * @param heads how many
   * @param rows of the other grid
   * @param columns of the other grid
   * @param resize how the table is resized
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
   * @param s names the step
   * @param table one row for each relative position
   */
  public Tensor select(Scope s, Tensor table) {
    // The blocks of a model share it: over a grid of 40x40 it has 20 MB.
    TensorData index = INDICES.get(this, () -> TensorData.of(index(), tokens(), tokens()));
    return table.gather(0, s.constant(index)).permute(2, 0, 1).unsqueeze(0);
  }

  /**
   * {@return the row of the table for every query (rows) and key (columns), as checkpoints store
   * it}
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
