package dev.dovetail.backbones;

import dev.dovetail.graph.Tensor;

/**
 * Tokens on their way through a backbone, and where they stand: [batch, prefix + height * width,
 * channels], the grid row by row. The grid is at hand as a map too; whichever of the two nobody
 * asks for is no part of the graph, so a chain of convolutions pays for no transposition.
 */
public final class Features {

  private final Tensor tokens;
  private final Tensor map;
  private final int height;
  private final int width;
  private final int prefix;
  private final int stride;

  /**
   * Tokens on a grid.
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
   * {@return the features of a map [batch, channels, height, width]}
   *
   * @param map one cell a token
   * @param stride pixels from one cell to the next
   */
  public static Features ofMap(Tensor map, int stride) {
    Tensor tokens = map.flatten(2, 3).permute(0, 2, 1);
    return new Features(tokens, map, map.dim(2), map.dim(3), 0, stride);
  }

  /**
   * {@return tokens that stand on no grid: a row without a prefix}
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

  /** {@return rows of the grid} */
  public int height() {
    return height;
  }

  /** {@return columns of the grid} */
  public int width() {
    return width;
  }

  /** {@return how many tokens come before the grid} */
  public int prefix() {
    return prefix;
  }

  /** {@return pixels from one cell to the next} */
  public int stride() {
    return stride;
  }

  /** {@return the grid's tokens [batch, height * width, channels]; the prefix is left out} */
  public Tensor grid() {
    return gridOf(tokens, prefix);
  }

  /** {@return the grid as a map [batch, channels, height, width]; the prefix is left out} */
  public Tensor map() {
    return map;
  }

  /**
   * {@return other tokens at the same places}
   *
   * @param others [batch, prefix + height * width, channels]
   */
  public Features with(Tensor others) {
    return new Features(others, height, width, prefix, stride);
  }

  /**
   * {@return the tokens and something added to each}
   *
   * @param added [batch, prefix + height * width, channels]
   */
  public Features plus(Tensor added) {
    return with(tokens.plus(added));
  }

  /**
   * {@return other tokens in the grid, the same prefix}
   *
   * @param grid [batch, height * width, channels]
   */
  public Features withGrid(Tensor grid) {
    return with(prefix == 0 ? grid : Tensor.concat(1, tokens.slice(1, 0, prefix), grid));
  }
}
