package dev.dovetail.graph.nn;

import dev.dovetail.graph.Tensor;

/**
 * The interpolation of a table that was learned for one size and is used for another. Libraries use
 * different methods.
 */
public enum Interpolation {
  /** Bicubic, a = -0.75: Hugging Face, ViT-CoMer, MAE. */
  BICUBIC {
    @Override
    ResizeMatrix matrix(int in, int out) {
      return ResizeMatrix.cubic(in, out);
    }
  },
  /** Bicubic with antialiasing, a = -0.5: timm. */
  ANTIALIASED {
    @Override
    ResizeMatrix matrix(int in, int out) {
      return ResizeMatrix.cubicAntialiased(in, out);
    }
  },
  /**
   * Bicubic, as in Meta's DINOv2 without registers: the scale factor is that of a result which is a
   * tenth of a cell larger.
   */
  DINOV2 {
    @Override
    ResizeMatrix matrix(int in, int out) {
      return ResizeMatrix.cubic(in, out, in / (out + 0.1));
    }
  },
  /** Bilinear: Hugging Face's tables of relative positions, ViT-Adapter's patch kernels. */
  BILINEAR {
    @Override
    ResizeMatrix matrix(int in, int out) {
      return ResizeMatrix.linear(in, out);
    }
  },
  /**
   * The pseudo-inverse of antialiased resizing (FlexiViT, Beyer et al. 2023): a resized kernel
   * applied to a resized patch gives the same result as the original kernel and patch. For patch
   * kernels, as in timm.
   */
  FLEXI {
    @Override
    ResizeMatrix matrix(int in, int out) {
      return ResizeMatrix.cubicAntialiased(in, out).pseudoInverse().transposed();
    }
  },
  /**
   * Linear between positions whose distance increases with the distance from the center, so that
   * near neighbors keep their values: BEiT's tables of relative positions, as in timm.
   */
  GEOMETRIC {
    @Override
    ResizeMatrix matrix(int in, int out) {
      return geometric(in, out);
    }
  };

  /** Returns the weights of {@code in} positions in each of {@code out} positions. */
  abstract ResizeMatrix matrix(int in, int out);

  /** Resizes a map [..., height, width]. If the size is unchanged, the map is returned. */
  public Tensor apply(Tensor map, int height, int width) {
    int rows = map.dim(-2);
    int columns = map.dim(-1);
    return rows == height && columns == width
        ? map
        : Resampling.separable(map, matrix(rows, height), matrix(columns, width));
  }

  private static ResizeMatrix geometric(int in, int out) {
    int middle = in / 2;
    double ratio = ratio(middle, out / 2);
    double[] places = new double[in];
    double place = 0;
    for (int i = 1; i <= middle; i++) {
      place += Math.pow(ratio, i - 1);
      places[middle + i] = place;
      places[middle - i] = -place;
    }
    double[][] m = new double[out][in];
    for (int o = 0; o < out; o++) {
      double x = o - out / 2;
      int right = 0;
      while (right < in - 1 && places[right] < x) {
        right++;
      }
      int left = Math.max(right - 1, 0);
      double gap = places[right] - places[left];
      double share = gap == 0 ? 0 : Math.min(Math.max((x - places[left]) / gap, 0), 1);
      m[o][left] += 1 - share;
      m[o][right] += share;
    }
    return ResizeMatrix.of(m);
  }

  /**
   * Returns the ratio of a geometric progression whose {@code terms} terms have the sum {@code
   * reach}.
   */
  private static double ratio(int terms, int reach) {
    double low = 1.01;
    double high = 1.5;
    double middle = low;
    while (high - low > 1e-6) {
      middle = (low + high) / 2;
      if ((1 - Math.pow(middle, terms)) / (1 - middle) > reach) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return middle;
  }
}
