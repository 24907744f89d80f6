package dev.dovetail.images;

import dev.dovetail.formats.Size;

/**
 * The filters of Pillow's {@code Image.resize}. Except for {@link #NEAREST}, the support grows with
 * the scale when an image is reduced, so every pixel contributes. The results are bit-identical to
 * Pillow's for 8 bits: fixed-point weights, applied first along rows and then along columns, with
 * each result rounded to 8 bits ({@code Resample.c}).
 */
public enum PillowFilter {
  /** The pixel whose area contains the center of the new one, without averaging. */
  NEAREST(0) {
    @Override
    double at(double x) {
      throw new IllegalStateException("NEAREST does not use weights");
    }

    @Override
    byte[] resize(byte[] pixels, Size from, Size to) {
      int[] rows = nearest(from.height(), to.height());
      int[] columns = nearest(from.width(), to.width());
      byte[] result = new byte[to.height() * to.width() * Image.CHANNELS];
      int at = 0;
      for (int row : rows) {
        for (int column : columns) {
          int source = (row * from.width() + column) * Image.CHANNELS;
          System.arraycopy(pixels, source, result, at, Image.CHANNELS);
          at += Image.CHANNELS;
        }
      }
      return result;
    }

    @Override
    byte[] resizeInFloat(byte[] pixels, Size from, Size to) {
      return resize(pixels, from, to);
    }
  },
  /** The mean of the pixels under the new one, support 0.5. */
  BOX(0.5) {
    @Override
    double at(double x) {
      return -0.5 < x && x <= 0.5 ? 1 : 0;
    }
  },
  /** A triangle, support 1. */
  BILINEAR(1) {
    @Override
    double at(double x) {
      double d = Math.abs(x);
      return d < 1 ? 1 - d : 0;
    }
  },
  /** A sinc with a Hamming window, support 1. */
  HAMMING(1) {
    @Override
    double at(double x) {
      double d = Math.abs(x);
      return d >= 1 ? 0 : sinc(d) * (0.54f + 0.46f * Math.cos(d * Math.PI));
    }
  },
  /** Keys' cubic with a = -0.5, support 2. */
  BICUBIC(2) {
    @Override
    double at(double x) {
      double d = Math.abs(x);
      if (d < 1) {
        return ((A + 2) * d - (A + 3)) * d * d + 1;
      }
      return d < 2 ? (((d - 5) * d + 8) * d - 4) * A : 0;
    }
  },
  /** A sinc with a sinc window, support 3. */
  LANCZOS(3) {
    @Override
    double at(double x) {
      return -3 <= x && x < 3 ? sinc(x) * sinc(x / 3) : 0;
    }
  };

  private static final double A = -0.5;

  /**
   * The number of fraction bits of a weight: 8 bits are reserved for the pixel and 2 for sums that
   * overshoot.
   */
  private static final int FRACTION = 32 - 8 - 2;

  private final double support;

  PillowFilter(double support) {
    this.support = support;
  }

  /** Returns the value of the filter at a distance. */
  abstract double at(double x);

  private static double sinc(double x) {
    return x == 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
  }

  /**
   * The weights of one axis.
   *
   * @param first the first input of each output
   * @param exact the weights of each output's inputs
   * @param fixed the weights in fixed point
   */
  private record Weights(int[] first, double[][] exact, int[][] fixed) {}

  /**
   * Resizes an 8-bit image with interleaved channels.
   *
   * @param pixels {@code [from.height, from.width, 3]}
   * @return {@code [to.height, to.width, 3]}
   */
  byte[] resize(byte[] pixels, Size from, Size to) {
    byte[] rows = pixels;
    if (from.width() != to.width()) {
      Weights x = weights(from.width(), to.width());
      rows = new byte[from.height() * to.width() * Image.CHANNELS];
      for (int y = 0; y < from.height(); y++) {
        filter(
            x,
            pixels,
            y * from.width() * Image.CHANNELS,
            rows,
            y * to.width() * Image.CHANNELS,
            Image.CHANNELS,
            Image.CHANNELS);
      }
    }
    if (from.height() == to.height()) {
      return rows;
    }
    int stride = to.width() * Image.CHANNELS;
    byte[] result = new byte[to.height() * stride];
    filter(weights(from.height(), to.height()), rows, 0, result, 0, stride, stride);
    return result;
  }

  /**
   * Filters along one axis.
   *
   * @param stride number of bytes between adjacent positions of the axis
   * @param lanes number of adjacent bytes that are filtered with the same weights
   */
  private static void filter(
      Weights axis, byte[] in, int inAt, byte[] out, int outAt, int stride, int lanes) {
    for (int i = 0; i < axis.first().length; i++) {
      int[] w = axis.fixed()[i];
      int start = inAt + axis.first()[i] * stride;
      for (int lane = 0; lane < lanes; lane++) {
        int sum = 1 << (FRACTION - 1);
        for (int k = 0; k < w.length; k++) {
          sum += (in[start + k * stride + lane] & 0xff) * w[k];
        }
        int value = sum >> FRACTION;
        out[outAt + i * stride + lane] = (byte) Math.max(0, Math.min(255, value));
      }
    }
  }

  /** Resizes in floating point. Only the result is rounded, to the nearest level. */
  byte[] resizeInFloat(byte[] pixels, Size from, Size to) {
    Weights x = weights(from.width(), to.width());
    Weights y = weights(from.height(), to.height());
    int stride = to.width() * Image.CHANNELS;
    float[] rows = new float[from.height() * stride];
    for (int i = 0; i < rows.length; i++) {
      int column = i % stride / Image.CHANNELS;
      int start = (i / stride * from.width() + x.first()[column]) * Image.CHANNELS;
      double[] w = x.exact()[column];
      double sum = 0;
      for (int k = 0; k < w.length; k++) {
        sum += (pixels[start + k * Image.CHANNELS + i % Image.CHANNELS] & 0xff) * w[k];
      }
      rows[i] = (float) sum;
    }
    byte[] result = new byte[to.height() * stride];
    for (int i = 0; i < result.length; i++) {
      int start = y.first()[i / stride] * stride + i % stride;
      double[] w = y.exact()[i / stride];
      double sum = 0;
      for (int k = 0; k < w.length; k++) {
        sum += rows[start + k * stride] * w[k];
      }
      result[i] = (byte) Math.max(0, Math.min(255, (int) Math.rint(sum)));
    }
    return result;
  }

  /** Accumulates positions like Pillow ({@code Geometry.c}) instead of multiplying them. */
  private static int[] nearest(int from, int to) {
    double scale = (double) from / to;
    double centre = scale * 0.5;
    int[] nearest = new int[to];
    for (int i = 0; i < to; i++) {
      nearest[i] = (int) centre;
      centre += scale;
    }
    return nearest;
  }

  private Weights weights(int from, int to) {
    double scale = (double) from / to;
    double widening = Math.max(scale, 1);
    double reach = support * widening;
    int[] first = new int[to];
    double[][] weights = new double[to][];
    int[][] fixed = new int[to][];
    for (int i = 0; i < to; i++) {
      double centre = (i + 0.5) * scale;
      int low = Math.max(0, (int) (centre - reach + 0.5));
      int high = Math.min(from, (int) (centre + reach + 0.5));
      double[] exact = new double[high - low];
      double sum = 0;
      for (int k = 0; k < exact.length; k++) {
        exact[k] = at((k + low - centre + 0.5) * (1 / widening));
        sum += exact[k];
      }
      first[i] = low;
      fixed[i] = new int[exact.length];
      for (int k = 0; k < exact.length; k++) {
        exact[k] = sum == 0 ? exact[k] : exact[k] / sum;
        double w = exact[k] * (1 << FRACTION);
        fixed[i][k] = (int) (w < 0 ? w - 0.5 : w + 0.5);
      }
      weights[i] = exact;
    }
    return new Weights(first, weights, fixed);
  }
}
