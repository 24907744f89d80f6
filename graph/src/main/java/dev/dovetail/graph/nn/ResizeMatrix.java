package dev.dovetail.graph.nn;

import java.util.Arrays;

/**
 * A linear map from the positions along one axis of a source to those of a result. Bilinear and
 * bicubic resizing are such maps along each axis.
 *
 * <p>Positions are cells with half-pixel centers ({@code align_corners=False}). Beyond the ends,
 * the last cell is repeated.
 */
public final class ResizeMatrix {

  /** The coefficient of PyTorch's and OpenCV's cubic kernel. */
  private static final double CUBIC = -0.75;

  /** The coefficient of PyTorch's antialiased cubic kernel, as in PIL. */
  private static final double CUBIC_ANTIALIASED = -0.5;

  private final double[][] rows;

  private ResizeMatrix(double[][] rows) {
    this.rows = rows;
  }

  /**
   * {@return a matrix with the specified rows, one per position of the result}
   *
   * @param rows [out, in]
   * @throws IllegalArgumentException if there are no rows, or their lengths differ
   */
  public static ResizeMatrix of(double[][] rows) {
    double[][] copy = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      copy[i] = rows[i].clone();
      if (copy[i].length == 0 || copy[i].length != copy[0].length) {
        throw new IllegalArgumentException("row " + i + " of a matrix has a different length");
      }
    }
    if (copy.length == 0) {
      throw new IllegalArgumentException("a matrix needs at least one row");
    }
    return new ResizeMatrix(copy);
  }

  /**
   * Returns linear interpolation ({@code linear}, {@code bilinear}).
   *
   * @param in number of positions of the source
   * @param out number of positions of the result
   * @return the matrix
   */
  public static ResizeMatrix linear(int in, int out) {
    double[][] m = new double[out][in];
    double scale = (double) in / out;
    for (int o = 0; o < out; o++) {
      double s = Math.min(Math.max((o + 0.5) * scale - 0.5, 0), in - 1);
      int first = (int) s;
      m[o][first] += 1 - (s - first);
      m[o][Math.min(first + 1, in - 1)] += s - first;
    }
    return new ResizeMatrix(m);
  }

  /**
   * Returns linear interpolation with aligned corners ({@code align_corners=True}).
   *
   * @param in number of positions of the source
   * @param out number of positions of the result
   * @return the matrix
   */
  public static ResizeMatrix corners(int in, int out) {
    double[][] m = new double[out][in];
    for (int o = 0; o < out; o++) {
      double s = out == 1 ? 0 : (double) o * (in - 1) / (out - 1);
      int low = Math.min((int) s, Math.max(in - 2, 0));
      m[o][low] += 1 - (s - low);
      m[o][Math.min(low + 1, in - 1)] += s - low;
    }
    return new ResizeMatrix(m);
  }

  /**
   * Returns cubic interpolation, a = -0.75, without antialiasing ({@code bicubic}).
   *
   * @param in number of positions of the source
   * @param out number of positions of the result
   * @return the matrix
   */
  public static ResizeMatrix cubic(int in, int out) {
    return cubic(in, out, (double) in / out);
  }

  /**
   * Returns cubic interpolation in which one step in the result is {@code step} in the source,
   * regardless of the sizes (PyTorch's {@code scale_factor}).
   *
   * @param in number of positions of the source
   * @param out number of positions of the result
   * @param step the distance between positions of the result in the source
   * @return the matrix
   */
  public static ResizeMatrix cubic(int in, int out, double step) {
    double[][] m = new double[out][in];
    for (int o = 0; o < out; o++) {
      double s = (o + 0.5) * step - 0.5;
      int first = (int) Math.floor(s) - 1;
      for (int tap = first; tap < first + 4; tap++) {
        m[o][Math.min(Math.max(tap, 0), in - 1)] += cubicKernel(s - tap, CUBIC);
      }
    }
    return new ResizeMatrix(m);
  }

  /**
   * Returns cubic interpolation, a = -0.5, with antialiasing when downsampling ({@code bicubic},
   * {@code antialias=True}).
   *
   * @param in number of positions of the source
   * @param out number of positions of the result
   * @return the matrix
   */
  public static ResizeMatrix cubicAntialiased(int in, int out) {
    double[][] m = new double[out][in];
    double scale = (double) in / out;
    double stretch = Math.max(scale, 1);
    for (int o = 0; o < out; o++) {
      double centre = (o + 0.5) * scale;
      int from = Math.max((int) (centre - 2 * stretch + 0.5), 0);
      int to = Math.min((int) (centre + 2 * stretch + 0.5), in);
      double sum = 0;
      for (int i = from; i < to; i++) {
        m[o][i] = cubicKernel((i - centre + 0.5) / stretch, CUBIC_ANTIALIASED);
        sum += m[o][i];
      }
      for (int i = from; i < to; i++) {
        m[o][i] /= sum;
      }
    }
    return new ResizeMatrix(m);
  }

  private static double cubicKernel(double distance, double a) {
    double x = Math.abs(distance);
    if (x >= 2) {
      return 0;
    }
    return x <= 1 ? ((a + 2) * x - (a + 3)) * x * x + 1 : ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
  }

  /**
   * Returns means over {@code bins} runs of cells that may overlap (PyTorch's adaptive average
   * pooling).
   *
   * @param in number of positions of the source
   * @param bins number of positions of the result
   * @return the matrix
   */
  public static ResizeMatrix means(int in, int bins) {
    double[][] m = new double[bins][in];
    for (int b = 0; b < bins; b++) {
      int from = b * in / bins;
      int to = ((b + 1) * in + bins - 1) / bins;
      for (int i = from; i < to; i++) {
        m[b][i] = 1.0 / (to - from);
      }
    }
    return new ResizeMatrix(m);
  }

  /**
   * Returns the number of positions of the source.
   *
   * @return the number of columns
   */
  public int in() {
    return rows[0].length;
  }

  /**
   * Returns the number of positions of the result.
   *
   * @return the number of rows
   */
  public int out() {
    return rows.length;
  }

  /**
   * Returns the weight of position {@code from} of the source in position {@code to} of the result.
   *
   * @param to the index, from 0
   * @param from the index, from 0
   * @return the weight
   */
  public double weight(int to, int from) {
    return rows[to][from];
  }

  /** {@return the weights row by row, [out, in]} */
  public double[] values() {
    double[] values = new double[out() * in()];
    for (int o = 0; o < out(); o++) {
      for (int i = 0; i < in(); i++) {
        values[o * in() + i] = rows[o][i];
      }
    }
    return values;
  }

  /**
   * Returns the transposed matrix.
   *
   * @return the transposed matrix
   */
  public ResizeMatrix transposed() {
    double[][] t = new double[in()][out()];
    for (int o = 0; o < out(); o++) {
      for (int i = 0; i < in(); i++) {
        t[i][o] = rows[o][i];
      }
    }
    return new ResizeMatrix(t);
  }

  /**
   * Returns the composition of {@code first} and this map.
   *
   * @param first the map that is applied first
   * @return the product of both matrices
   */
  public ResizeMatrix after(ResizeMatrix first) {
    double[][] product = new double[out()][first.in()];
    for (int o = 0; o < out(); o++) {
      for (int k = 0; k < in(); k++) {
        for (int i = 0; i < first.in(); i++) {
          product[o][i] += rows[o][k] * first.rows[k][i];
        }
      }
    }
    return new ResizeMatrix(product);
  }

  /**
   * {@return the Moore-Penrose inverse of a matrix of full rank}
   *
   * @throws IllegalArgumentException if the matrix does not have full rank
   */
  public ResizeMatrix pseudoInverse() {
    ResizeMatrix t = transposed();
    return out() >= in() ? t.after(this).inverse().after(t) : t.after(after(t).inverse());
  }

  /** Inverts a square matrix by Gauss-Jordan elimination with pivoting. */
  private ResizeMatrix inverse() {
    int n = out();
    double[][] a = Arrays.stream(rows).map(double[]::clone).toArray(double[][]::new);
    double[][] inverse = new double[n][n];
    for (int i = 0; i < n; i++) {
      inverse[i][i] = 1;
    }
    for (int column = 0; column < n; column++) {
      int pivot = column;
      for (int i = column + 1; i < n; i++) {
        pivot = Math.abs(a[i][column]) > Math.abs(a[pivot][column]) ? i : pivot;
      }
      if (Math.abs(a[pivot][column]) < 1e-12) {
        throw new IllegalArgumentException("a matrix without full rank has no inverse");
      }
      swap(a, pivot, column);
      swap(inverse, pivot, column);
      double scale = 1 / a[column][column];
      for (int j = 0; j < n; j++) {
        a[column][j] *= scale;
        inverse[column][j] *= scale;
      }
      for (int i = 0; i < n; i++) {
        double factor = i == column ? 0 : a[i][column];
        for (int j = 0; j < n; j++) {
          a[i][j] -= factor * a[column][j];
          inverse[i][j] -= factor * inverse[column][j];
        }
      }
    }
    return new ResizeMatrix(inverse);
  }

  private static void swap(double[][] rows, int i, int j) {
    double[] row = rows[i];
    rows[i] = rows[j];
    rows[j] = row;
  }
}
