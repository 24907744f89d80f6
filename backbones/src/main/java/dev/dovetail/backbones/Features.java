package dev.dovetail.backbones;

import dev.dovetail.graph.Tensor;

/**
 * Tokens on their way through a backbone, and where they stand.
 *
 * @param tokens [batch, prefix + height * width, channels], the grid row by row
 * @param height rows of the grid
 * @param width columns of the grid
 * @param prefix tokens before the grid (class, registers)
 * @param stride pixels from one grid cell to the next
 */
public record Features(Tensor tokens, int height, int width, int prefix, int stride) {

  public Features {
    if (tokens.rank() != 3 || tokens.dim(1) != prefix + height * width) {
      throw new IllegalArgumentException(
          "tokens "
              + tokens.shape()
              + " are not "
              + prefix
              + " and a grid of "
              + height
              + "x"
              + width);
    }
  }

  /** The tokens of a map [batch, channels, height, width]. */
  public static Features ofMap(Tensor map, int stride) {
    return new Features(map.flatten(2, 3).transpose(0, 2, 1), map.dim(2), map.dim(3), 0, stride);
  }

  /** The grid's tokens [batch, height * width, channels]; the prefix is left out. */
  public Tensor grid() {
    return prefix == 0 ? tokens : tokens.slice(1, prefix, tokens.dim(1));
  }

  /** The grid as a map [batch, channels, height, width]; the prefix is left out. */
  public Tensor map() {
    return grid().transpose(0, 2, 1).reshape(tokens.dim(0), tokens.dim(2), height, width);
  }

  /** Other tokens at the same places. */
  public Features with(Tensor others) {
    return new Features(others, height, width, prefix, stride);
  }

  /** Other tokens in the grid, the same prefix. */
  public Features withGrid(Tensor grid) {
    return with(prefix == 0 ? grid : Tensor.concat(1, tokens.slice(1, 0, prefix), grid));
  }
}
