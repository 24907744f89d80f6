package dev.dovetail.graph.nn;

import dev.dovetail.graph.Sampling;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;

/** Resizing and pooling of maps [batch, channels, height, width], as in PyTorch. */
public final class Resampling {

  private Resampling() {}

  /**
   * Resizes bilinearly, with half-pixel centers and repeated edges ({@code align_corners=False}).
   *
   * @param x [batch, channels, h, w]
   * @param height height of the result
   * @param width width of the result
   * @return [batch, channels, height, width]
   */
  public static Tensor bilinear(Tensor x, int height, int width) {
    return resize(x, height, width, Sampling.Mode.LINEAR);
  }

  /**
   * Resizes bilinearly to a size that is known only in a run, with half-pixel centers and repeated
   * edges.
   *
   * @param x [batch, channels, h, w]
   * @param sizes batch, channels, height and width of the result, int64 [4]
   * @return [batch, channels, height, width]
   */
  public static Tensor bilinear(Tensor x, Tensor sizes) {
    Tensor none = x.constant(TensorData.of(new float[0], 0));
    return x.apply(new Sampling.ResizeTo(Sampling.Mode.LINEAR), none, none, sizes);
  }

  /**
   * Resizes bilinearly, with aligned corners ({@code align_corners=True}), as two products with
   * constant matrices.
   *
   * @param x [batch, channels, h, w]
   * @param height height of the result
   * @param width width of the result
   * @return [batch, channels, height, width]
   */
  public static Tensor bilinearAlignedCorners(Tensor x, int height, int width) {
    return x.dim(2) == height && x.dim(3) == width
        ? x
        : separable(
            x, ResizeMatrix.corners(x.dim(2), height), ResizeMatrix.corners(x.dim(3), width));
  }

  /**
   * Resizes to the nearest cell toward the origin (PyTorch's {@code nearest}).
   *
   * @param x [batch, channels, h, w]
   * @param height height of the result
   * @param width width of the result
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
   * Resizes bicubically, with half-pixel centers, repeated edges and no antialiasing (PyTorch's
   * {@code bicubic}), as two products with constant matrices. Intended for parameters, so that the
   * result is a constant for each size.
   *
   * @param x [batch, channels, h, w]
   * @param height height of the result
   * @param width width of the result
   * @return [batch, channels, height, width]
   */
  public static Tensor bicubic(Tensor x, int height, int width) {
    return x.dim(2) == height && x.dim(3) == width
        ? x
        : separable(x, ResizeMatrix.cubic(x.dim(2), height), ResizeMatrix.cubic(x.dim(3), width));
  }

  /**
   * Averages over {@code bins x bins} regions that may overlap (PyTorch's adaptive average
   * pooling).
   *
   * @param x [batch, channels, h, w]
   * @param bins number of regions along each axis
   * @return [batch, channels, bins, bins]
   */
  public static Tensor adaptiveAveragePool(Tensor x, int bins) {
    return adaptiveAveragePool(x, bins, bins);
  }

  /**
   * Averages over {@code height x width} regions that may overlap.
   *
   * @param x [batch, channels, h, w]
   * @param height height of the result
   * @param width width of the result
   * @return [batch, channels, height, width]
   */
  public static Tensor adaptiveAveragePool(Tensor x, int height, int width) {
    return separable(x, ResizeMatrix.means(x.dim(2), height), ResizeMatrix.means(x.dim(3), width));
  }

  /**
   * Computes {@code rows · x · columnsᵀ}, with one matrix for each axis of the map.
   *
   * @param x [batch, channels, h, w]
   * @param rows maps h to the height of the result
   * @param columns maps w to the width of the result
   * @return [batch, channels, height, width]
   */
  public static Tensor separable(Tensor x, ResizeMatrix rows, ResizeMatrix columns) {
    return constant(x, rows).matmul(x).matmul(constant(x, columns.transposed()));
  }

  private static Tensor constant(Tensor x, ResizeMatrix m) {
    return x.constant(TensorData.of(m.values(), m.out(), m.in()));
  }
}
