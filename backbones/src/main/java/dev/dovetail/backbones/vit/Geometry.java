package dev.dovetail.backbones.vit;

import static dev.dovetail.backbones.vit.VisionTransformer.require;

/**
 * The size of a plain transformer and of its pre-training images.
 *
 * @param width channels of a token
 * @param depth number of blocks
 * @param heads heads of the attention
 * @param mlpRatio ratio of the hidden width of the MLPs to the width
 * @param patchSize size of a patch in pixels
 * @param pretrainSize height of the pre-training images in pixels, which determines the grid of
 *     position tables
 * @param pretrainWidth width of the pre-training images in pixels; 0 for square images
 */
public record Geometry(
    int width,
    int depth,
    int heads,
    double mlpRatio,
    int patchSize,
    int pretrainSize,
    int pretrainWidth) {

  /**
   * @param width channels of a token
   * @param depth number of blocks
   * @param heads heads of the attention
   * @param mlpRatio ratio of the hidden width of the MLPs to the width
   * @param patchSize size of a patch in pixels
   * @param pretrainSize height of the pre-training images in pixels, which determines the grid of
   *     position tables
   * @param pretrainWidth width of the pre-training images in pixels; 0 for square images
   * @throws IllegalArgumentException if a value is invalid
   */
  public Geometry {
    require(
        width > 0 && depth > 0 && heads > 0 && patchSize > 0,
        "width, depth, heads and patchSize must be positive");
    require(width % heads == 0, "width " + width + " is not a multiple of heads " + heads);
    require(
        (int) (width * mlpRatio) > 0,
        "mlpRatio " + mlpRatio + " leaves the MLPs without hidden channels");
  }

  /**
   * Creates a geometry with patches of 16 pixels, images of 224 pixels and an MLP ratio of 4.
   *
   * @param width channels of a token
   * @param depth number of blocks
   * @param heads heads of the attention
   * @return the geometry
   */
  public static Geometry of(int width, int depth, int heads) {
    return new Geometry(width, depth, heads, 4, 16, 224, 0);
  }

  /**
   * {@return a copy with another size}
   *
   * @param width channels of a token
   * @param depth number of blocks
   * @param heads heads of the attention
   */
  public Geometry withSize(int width, int depth, int heads) {
    return new Geometry(width, depth, heads, mlpRatio, patchSize, pretrainSize, pretrainWidth);
  }

  /**
   * {@return a copy with other MLPs}
   *
   * @param ratio ratio of the hidden width to the width
   */
  public Geometry withMlpRatio(double ratio) {
    return new Geometry(width, depth, heads, ratio, patchSize, pretrainSize, pretrainWidth);
  }

  /**
   * {@return a copy with other patches}
   *
   * @param size size in pixels
   */
  public Geometry withPatchSize(int size) {
    return new Geometry(width, depth, heads, mlpRatio, size, pretrainSize, pretrainWidth);
  }

  /**
   * {@return a copy with another size of the pre-training images}
   *
   * @param height height in pixels
   * @param width width in pixels; 0 for square images
   */
  public Geometry withPretrainSize(int height, int width) {
    return new Geometry(this.width, depth, heads, mlpRatio, patchSize, height, width);
  }

  /**
   * Returns the hidden width of the MLPs, rounded since a ratio such as 4096 / 1536 is not exact.
   */
  int hidden() {
    return (int) (width * mlpRatio + 1e-6);
  }

  /** Returns the rows of the pre-training grid. */
  int rows() {
    return pretrainSize / patchSize;
  }

  /** Returns the columns of the pre-training grid. */
  int columns() {
    return (pretrainWidth == 0 ? pretrainSize : pretrainWidth) / patchSize;
  }
}
