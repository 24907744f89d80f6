package dev.dovetail.backbones;

import dev.dovetail.graph.Tensor;

/**
 * The tokens between two blocks of a backbone, together with their grid: [batch, prefix + height *
 * width, channels], the grid in row-major order. The grid is available as tokens and as a map. Only
 * the requested form becomes part of the graph, so a chain of convolutions contains no
 * transpositions.
 */
public final class Features {

  private final Tensor tokens;
  private final Tensor map;
  private final int height;
  private final int width;
  private final int prefix;
  private final int stride;

  /**
   * Creates features from tokens on a grid.
   *
   * @param tokens [batch, prefix + height * width, channels]
   * @param height rows of the grid
   * @param width columns of the grid
   * @param prefix tokens before the grid (class, registers)
   * @param stride pixels from one grid cell to the next
   */
  public Features(Tensor tokens, int height, int width, int prefix, int stride) {
    this(tokens, mapOf(tokens, height, width, prefix), height, width, prefix, stride);
  }

  private Features(Tensor tokens, Tensor map, int height, int width, int prefix, int stride) {
    this.tokens = tokens;
    this.map = map;
    this.height = height;
    this.width = width;
    this.prefix = prefix;
    this.stride = stride;
  }

  private static Tensor mapOf(Tensor tokens, int height, int width, int prefix) {
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
    return gridOf(tokens, prefix)
        .permute(0, 2, 1)
        .reshape(tokens.dim(0), tokens.dim(2), height, width);
  }

  private static Tensor gridOf(Tensor tokens, int prefix) {
    return prefix == 0 ? tokens : tokens.slice(1, prefix, tokens.dim(1));
  }

  /**
   * {@return the features of a map}
   *
   * @param map [batch, channels, height, width], one token per cell
   * @param stride pixels from one cell to the next
   */
  public static Features ofMap(Tensor map, int stride) {
    Tensor tokens = map.flatten(2, 3).permute(0, 2, 1);
    return new Features(tokens, map, map.dim(2), map.dim(3), 0, stride);
  }

  /**
   * {@return features without a grid: one row of tokens without a prefix}
   *
   * @param tokens [batch, tokens, channels]
   */
  public static Features ofRow(Tensor tokens) {
    return new Features(tokens, 1, tokens.dim(1), 0, 1);
  }

  /** {@return the tokens [batch, prefix + height * width, channels]} */
  public Tensor tokens() {
    return tokens;
  }

  /** {@return the number of rows of the grid} */
  public int height() {
    return height;
  }

  /** {@return the number of columns of the grid} */
  public int width() {
    return width;
  }

  /** {@return the number of tokens before the grid} */
  public int prefix() {
    return prefix;
  }

  /** {@return the distance of neighboring cells in pixels} */
  public int stride() {
    return stride;
  }

  /** {@return the grid's tokens [batch, height * width, channels]; without the prefix} */
  public Tensor grid() {
    return gridOf(tokens, prefix);
  }

  /** {@return the grid as a map [batch, channels, height, width]; without the prefix} */
  public Tensor map() {
    return map;
  }

  /**
   * {@return a copy with other tokens on the same grid}
   *
   * @param others [batch, prefix + height * width, channels]
   */
  public Features with(Tensor others) {
    return new Features(others, height, width, prefix, stride);
  }

  /**
   * {@return a copy with a sum of tokens}
   *
   * @param added [batch, prefix + height * width, channels]
   */
  public Features plus(Tensor added) {
    return with(tokens.plus(added));
  }

  /**
   * {@return a copy with other tokens in the grid and the same prefix}
   *
   * @param grid [batch, height * width, channels]
   */
  public Features withGrid(Tensor grid) {
    return with(prefix == 0 ? grid : Tensor.concat(1, tokens.slice(1, 0, prefix), grid));
  }
}
