package dev.dovetail.backbones.vit;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Interpolation;

/**
 * The learned absolute position embedding of a vision transformer, {@code pos_embed [1, leading +
 * rows * columns, channels]}.
 *
 * @param rows rows of the grid that it was learned on
 * @param columns columns of that grid
 * @param leading number of entries before the grid, for class and register tokens
 * @param resize how it is resized to another grid
 */
public record PositionEmbedding(int rows, int columns, int leading, Interpolation resize) {

  /**
   * Creates an embedding.
   *
   * @param rows rows of the grid that it was learned on
   * @param columns columns of that grid
   * @param leading number of entries before the grid, for class and register tokens
   * @param resize how it is resized to another grid
   */
  public PositionEmbedding {
    if (rows < 1 || columns < 1 || leading < 0) {
      throw new IllegalArgumentException(
          "a position embedding with a grid of " + rows + "x" + columns + " is invalid");
    }
  }

  /**
   * {@return the embedding for a grid of {@code height x width}: [1, leading + height * width,
   * channels]} The leading entries are unchanged.
   *
   * @param s the scope of its parameters
   * @param height height of the grid in cells
   * @param width width of the grid in cells
   * @param channels channels of a token
   */
  public Tensor entries(Scope s, int height, int width, int channels) {
    int entries = leading + rows * columns;
    Tensor all = s.weight("pos_embed", new Init.TruncatedNormal(0.02f), 1, entries, channels);
    if (height == rows && width == columns) {
      return all;
    }
    Tensor map =
        all.slice(1, leading, entries).permute(0, 2, 1).reshape(1, channels, rows, columns);
    Tensor grid = resize.apply(map, height, width).flatten(2, 3).permute(0, 2, 1);
    return leading == 0 ? grid : Tensor.concat(1, all.slice(1, 0, leading), grid);
  }
}
