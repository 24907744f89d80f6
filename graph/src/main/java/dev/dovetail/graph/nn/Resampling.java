package dev.dovetail.graph.nn;

import dev.dovetail.graph.Sampling;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;

/** Resizing and pooling of maps [batch, channels, height, width], as PyTorch does them. */
public final class Resampling {

  private Resampling() {}

  /**
   * Bilinear, half-pixel centres, edges repeated ({@code align_corners=False}).
   *
   * @param x [batch, channels, h, w]
   * @param height of the result
   * @param width of the result
   * @return [batch, channels, height, width]
   */
  public static Tensor bilinear(Tensor x, int height, int width) {
    return resize(x, height, width, Sampling.Mode.LINEAR);
  }

  /**
   * Bilinear, the corners of both maps at the same places ({@code align_corners=True}), as two
   * products with constant matrices.
   *
   * @param x [batch, channels, h, w]
   * @param height of the result
   * @param width of the result
   * @return [batch, channels, height, width]
   */
  public static Tensor bilinearAlignedCorners(Tensor x, int height, int width) {
    return x.dim(2) == height && x.dim(3) == width
        ? x
        : separable(
            x, ResizeMatrix.corners(x.dim(2), height), ResizeMatrix.corners(x.dim(3), width));
  }

  /**
   * The nearest cell towards the origin (PyTorch's {@code nearest}).
   *
   * @param x [batch, channels, h, w]
   * @param height of the result
   * @param width of the result
   * @return [batch, channels, height, width]
   */
  public static Tensor nearest(Tensor x, int height, int width) {
    return resize(x, height, width, Sampling.Mode.NEAREST);
  }

  private static Tensor resize(Tensor x, int height, int width, Sampling.Mode mode) {
    return x.dim(2) == height && x.dim(3) == width
        ? x
        : x.apply(new Sampling.Resize(height, width, x.shape(), mode));
  }

  /**
   * Bicubic, half-pixel centres, edges repeated, no antialiasing (PyTorch's {@code bicubic}), as
   * two products with constant matrices: meant for parameters, whose value is a constant per size.
   *
   * @param x [batch, channels, h, w]
   * @param height of the result
   * @param width of the result
   * @return [batch, channels, height, width]
   */
  public static Tensor bicubic(Tensor x, int height, int width) {
    return x.dim(2) == height && x.dim(3) == width
        ? x
        : separable(x, ResizeMatrix.cubic(x.dim(2), height), ResizeMatrix.cubic(x.dim(3), width));
  }

  /**
   * Means over {@code bins x bins} cells that may overlap (PyTorch's adaptive pooling).
   *
   * @param x [batch, channels, h, w]
   * @param bins cells along each axis
   * @return [batch, channels, bins, bins]
   */
  public static Tensor adaptiveAveragePool(Tensor x, int bins) {
    return adaptiveAveragePool(x, bins, bins);
  }

  /**
   * The same over {@code height x width} cells.
   *
   * @param x [batch, channels, h, w]
   * @param height of the result
   * @param width of the result
   * @return [batch, channels, height, width]
   */
  public static Tensor adaptiveAveragePool(Tensor x, int height, int width) {
    return separable(x, ResizeMatrix.means(x.dim(2), height), ResizeMatrix.means(x.dim(3), width));
  }

  /**
   * {@code rows · x · columnsᵀ}, each a matrix for one axis of the map.
   *
   * @param x [batch, channels, h, w]
   * @param rows from h to the height of the result
   * @param columns from w to the width of the result
   * @return [batch, channels, height, width]
   */
  public static Tensor separable(Tensor x, ResizeMatrix rows, ResizeMatrix columns) {
    return constant(x, rows).matmul(x).matmul(constant(x, columns.transposed()));
  }

  private static Tensor constant(Tensor x, ResizeMatrix m) {
    return x.constant(TensorData.of(m.values(), m.out(), m.in()));
  }
}
