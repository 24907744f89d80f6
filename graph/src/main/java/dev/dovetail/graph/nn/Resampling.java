package dev.dovetail.graph.nn;

import dev.dovetail.graph.Sampling;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;

/** Resizing and pooling of maps [batch, channels, height, width], as PyTorch does them. */
public final class Resampling {

  /** The coefficient of PyTorch's and OpenCV's cubic kernel. */
  private static final double CUBIC = -0.75;

  private Resampling() {}

  /** Bilinear, half-pixel centres, edges repeated ({@code align_corners=False}). */
  public static Tensor bilinear(Tensor x, int height, int width) {
    return resize(x, height, width, Sampling.Mode.LINEAR);
  }

  /**
   * Bilinear, the corners of both maps at the same places ({@code align_corners=True}), as two
   * products with constant matrices.
   */
  public static Tensor bilinearAlignedCorners(Tensor x, int height, int width) {
    return x.dim(2) == height && x.dim(3) == width
        ? x
        : separable(
            x, cornerMatrix(x.dim(2), height), cornerMatrix(x.dim(3), width), height, width);
  }

  /** The nearest cell towards the origin (PyTorch's {@code nearest}). */
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
   */
  public static Tensor bicubic(Tensor x, int height, int width) {
    return x.dim(2) == height && x.dim(3) == width
        ? x
        : separable(x, cubicMatrix(x.dim(2), height), cubicMatrix(x.dim(3), width), height, width);
  }

  /** Means over {@code bins x bins} cells that may overlap (PyTorch's adaptive pooling). */
  public static Tensor adaptiveAveragePool(Tensor x, int bins) {
    return adaptiveAveragePool(x, bins, bins);
  }

  /** The same over {@code height x width} cells. */
  public static Tensor adaptiveAveragePool(Tensor x, int height, int width) {
    return separable(x, poolMatrix(x.dim(2), height), poolMatrix(x.dim(3), width), height, width);
  }

  /** {@code rows · x · columnsᵀ}, the matrices row-major [out, in]. */
  private static Tensor separable(Tensor x, float[] rows, float[] columns, int height, int width) {
    Tensor left = constant(x, rows, height, x.dim(2));
    Tensor right = constant(x, transposed(columns, width, x.dim(3)), x.dim(3), width);
    return left.matmul(x).matmul(right);
  }

  private static Tensor constant(Tensor x, float[] values, int rows, int columns) {
    return x.constant(TensorData.of(values, rows, columns));
  }

  private static float[] transposed(float[] m, int rows, int columns) {
    float[] t = new float[m.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        t[j * rows + i] = m[i * columns + j];
      }
    }
    return t;
  }

  private static float[] cubicMatrix(int in, int out) {
    float[] m = new float[out * in];
    double scale = (double) in / out;
    for (int o = 0; o < out; o++) {
      double s = (o + 0.5) * scale - 0.5;
      int first = (int) Math.floor(s) - 1;
      for (int tap = first; tap < first + 4; tap++) {
        m[o * in + Math.min(Math.max(tap, 0), in - 1)] += (float) cubic(Math.abs(s - tap));
      }
    }
    return m;
  }

  private static double cubic(double x) {
    return x <= 1
        ? ((CUBIC + 2) * x - (CUBIC + 3)) * x * x + 1
        : ((CUBIC * x - 5 * CUBIC) * x + 8 * CUBIC) * x - 4 * CUBIC;
  }

  private static float[] cornerMatrix(int in, int out) {
    float[] m = new float[out * in];
    for (int o = 0; o < out; o++) {
      double s = out == 1 ? 0 : (double) o * (in - 1) / (out - 1);
      int low = Math.min((int) s, Math.max(in - 2, 0));
      m[o * in + low] += (float) (1 - (s - low));
      m[o * in + Math.min(low + 1, in - 1)] += (float) (s - low);
    }
    return m;
  }

  private static float[] poolMatrix(int in, int bins) {
    float[] m = new float[bins * in];
    for (int b = 0; b < bins; b++) {
      int from = b * in / bins;
      int to = ((b + 1) * in + bins - 1) / bins;
      for (int i = from; i < to; i++) {
        m[b * in + i] = 1f / (to - from);
      }
    }
    return m;
  }
}
