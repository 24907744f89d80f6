package dev.dovetail.graph.nn;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;

/**
 * Sine and cosine position encodings of a map with increasing wavelengths. Rows are in the first
 * half of the channels, columns in the second (Vaswani et al. 2017, section 3.5; normalized to the
 * size of the map, as in mmcv's {@code SinePositionalEncoding} and in DETR).
 *
 * @param channels number of channels, a multiple of 4
 * @param longestOfRows the longest wavelength of rows in turns
 * @param longestOfColumns the longest wavelength of columns in turns
 * @param scale the angle of the last row and column at the shortest wavelength
 * @param offset added to the index of a row or column, which starts at 1: 0, or -0.5 for the center
 *     of a cell
 */
public record SinePosition(
    int channels, double longestOfRows, double longestOfColumns, double scale, double offset) {

  private static final double EPSILON = 1e-6;

  /**
   * Creates an encoding in which the whole map is one turn.
   *
   * @param channels number of channels, a multiple of 4
   * @param longest the longest wavelength in turns
   * @param offset added to the index of a row or column, which starts at 1: 0, or -0.5 for the
   *     center of a cell
   */
  public SinePosition(int channels, double longest, double offset) {
    this(channels, longest, longest, 2 * Math.PI, offset);
  }

  /**
   * Creates the published encoding of DETR.
   *
   * @param channels number of channels, a multiple of 4
   */
  public SinePosition(int channels) {
    this(channels, 10000, 0);
  }

  /**
   * Returns the encodings of all cells of a map without padding.
   *
   * @param height rows of the map
   * @param width columns of the map
   * @return float32 [1, height * width, channels], row by row
   */
  public TensorData tokens(int height, int width) {
    int half = channels / 2;
    float[] values = new float[height * width * channels];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = (y * width + x) * channels;
        for (int i = 0; i < half; i++) {
          values[at + i] = wave(angle(y, height), i, half, longestOfRows);
          values[at + half + i] = wave(angle(x, width), i, half, longestOfColumns);
        }
      }
    }
    return TensorData.of(values, 1, height * width, channels);
  }

  private double angle(int cell, int cells) {
    return (cell + 1 + offset) / (cells + EPSILON) * scale;
  }

  private static float wave(double angle, int i, int channels, double longest) {
    double scaled = angle / wavelength(i / 2, channels, longest);
    return (float) (i % 2 == 0 ? Math.sin(scaled) : Math.cos(scaled));
  }

  private static double wavelength(int pair, int channels, double longest) {
    return Math.pow(longest, 2.0 * pair / channels);
  }

  /**
   * Returns the encodings of all cells of a map with padding, which is not counted.
   *
   * @param s a scope for the constants
   * @param mask the mask of the map
   * @return float32 [batch, height * width, channels], row by row
   */
  public Tensor tokens(Scope s, PaddingMask mask) {
    return s.float32(
        () -> {
          Tensor rows = mask.rows().unsqueeze(2);
          Tensor columns = mask.columns().unsqueeze(1);
          Tensor y =
              waves(
                  counted(s, rows, 1).times(columns),
                  rows.sum(1, true).times(columns),
                  wavelengths(s, longestOfRows));
          Tensor x =
              waves(
                  counted(s, columns, 2).times(rows),
                  columns.sum(2, true).times(rows),
                  wavelengths(s, longestOfColumns));
          return Tensor.concat(3, y, x).flatten(1, 2);
        });
  }

  /** Returns the cumulative number of cells on the image: 1, 2, …, n, n, …. */
  private static Tensor counted(Scope s, Tensor inside, int axis) {
    int[] dims = {1, 1, 1};
    dims[axis] = inside.dim(axis);
    float[] numbers = new float[inside.dim(axis)];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = i + 1;
    }
    return s.constant(TensorData.of(numbers, dims)).min(inside.sum(axis, true));
  }

  private Tensor wavelengths(Scope s, double longest) {
    int half = channels / 2;
    float[] wavelengths = new float[half / 2];
    for (int i = 0; i < wavelengths.length; i++) {
      wavelengths[i] = (float) wavelength(i, half, longest);
    }
    return s.constant(wavelengths);
  }

  /**
   * Encodes cell indices and their maximum [batch, height, width] to [batch, height, width, half].
   */
  private Tensor waves(Tensor numbers, Tensor largest, Tensor wavelengths) {
    Tensor angles =
        numbers.plus(offset).div(largest.plus(EPSILON)).times(scale).unsqueeze(3).div(wavelengths);
    return Tensor.concat(4, angles.sin().unsqueeze(4), angles.cos().unsqueeze(4)).flatten(3, 4);
  }
}
