package dev.dovetail.backbones.vit;

import static dev.dovetail.backbones.vit.VisionTransformer.require;

/**
 * The size of a plain transformer, and that of the images of its pre-training.
 *
 * @param width channels of a token
 * @param depth number of blocks
 * @param heads heads of the attention
 * @param mlpRatio hidden width of the MLPs over the width
 * @param patchSize extent of a patch in pixels
 * @param pretrainSize height in pixels of the images of the pre-training, which gives tables of
 *     positions their grid
 * @param pretrainWidth width in pixels of the images of the pre-training; 0 for squares
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
   * @param mlpRatio hidden width of the MLPs over the width
   * @param patchSize extent of a patch in pixels
   * @param pretrainSize height in pixels of the images of the pre-training, which gives tables of
   *     positions their grid
   * @param pretrainWidth width in pixels of the images of the pre-training; 0 for squares
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
   * Patches of 16 pixels in images of 224, and MLPs four times as wide as tokens.
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
   * {@return the same of another size}
   *
   * @param width channels of a token
   * @param depth number of blocks
   * @param heads heads of the attention
   */
  public Geometry withSize(int width, int depth, int heads) {
    return new Geometry(width, depth, heads, mlpRatio, patchSize, pretrainSize, pretrainWidth);
  }

  /**
   * {@return the same with other MLPs}
   *
   * @param ratio hidden width over the width
   */
  public Geometry withMlpRatio(double ratio) {
    return new Geometry(width, depth, heads, ratio, patchSize, pretrainSize, pretrainWidth);
  }

  /**
   * {@return the same with other patches}
   *
   * @param size in pixels
   */
  public Geometry withPatchSize(int size) {
    return new Geometry(width, depth, heads, mlpRatio, size, pretrainSize, pretrainWidth);
  }

  /**
   * {@return the same, pre-trained on images of another size}
   *
   * @param height in pixels
   * @param width in pixels; 0 for squares
   */
  public Geometry withPretrainSize(int height, int width) {
    return new Geometry(this.width, depth, heads, mlpRatio, patchSize, height, width);
  }

  /** Hidden width of the MLPs; a ratio such as 4096 / 1536 is not exact. */
  int hidden() {
    return (int) (width * mlpRatio + 1e-6);
  }

  /** Rows of the grid of the pre-training. */
  int rows() {
    return pretrainSize / patchSize;
  }

  /** Columns of the grid of the pre-training. */
  int columns() {
    return (pretrainWidth == 0 ? pretrainSize : pretrainWidth) / patchSize;
  }
}
