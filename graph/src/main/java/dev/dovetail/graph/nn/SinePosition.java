package dev.dovetail.graph.nn;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.network.PaddingMask;

/**
 * Positions on a map as sines and cosines of growing wavelengths, the rows in the first half of the
 * channels, the columns in the second (Vaswani et al. 2017, section 3.5; normalised to one turn, as
 * mmcv's {@code SinePositionalEncoding} and DETR's).
 *
 * @param channels of a position, a multiple of 4
 * @param longest the longest wavelength in turns
 * @param offset added to the number of a row or column, which begins with 1, in cells: 0, or -0.5
 *     for the middle of a cell
 */
public record SinePosition(int channels, double longest, double offset) {

  private static final double EPSILON = 1e-6;

  /**
   * As published for DETR.
   *
   * @param channels of a position, a multiple of 4
   */
  public SinePosition(int channels) {
    this(channels, 10000, 0);
  }

  /**
   * The positions of all cells of a map that images fill.
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
          values[at + i] = wave(angle(y, height), i, half);
          values[at + half + i] = wave(angle(x, width), i, half);
        }
      }
    }
    return TensorData.of(values, 1, height * width, channels);
  }

  private double angle(int cell, int cells) {
    return (cell + 1 + offset) / (cells + EPSILON) * 2 * Math.PI;
  }

  private float wave(double angle, int i, int channels) {
    double scaled = angle / wavelength(i / 2, channels);
    return (float) (i % 2 == 0 ? Math.sin(scaled) : Math.cos(scaled));
  }

  private double wavelength(int pair, int channels) {
    return Math.pow(longest, 2.0 * pair / channels);
  }

  /**
   * The positions of all cells of a map that images fill in part: cells are counted on the image
   * alone.
   *
   * @param s a scope for the constants
   * @param mask of the map
   * @return float32 [batch, height * width, channels], row by row
   */
  public Tensor tokens(Scope s, PaddingMask mask) {
    return s.float32(
        () -> {
          Tensor rows = mask.rows().unsqueeze(2);
          Tensor columns = mask.columns().unsqueeze(1);
          Tensor y = waves(s, counted(s, rows, 1).times(columns), rows.sum(1, true).times(columns));
          Tensor x = waves(s, counted(s, columns, 2).times(rows), columns.sum(2, true).times(rows));
          return Tensor.concat(3, y, x).flatten(1, 2);
        });
  }

  /** How many are on the image up to each: 1, 2, …, n, n, …. */
  private static Tensor counted(Scope s, Tensor inside, int axis) {
    int[] dims = {1, 1, 1};
    dims[axis] = inside.dim(axis);
    float[] numbers = new float[inside.dim(axis)];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = i + 1;
    }
    return s.constant(TensorData.of(numbers, dims)).min(inside.sum(axis, true));
  }

  /** Cell numbers and their largest [batch, height, width] to [batch, height, width, half]. */
  private Tensor waves(Scope s, Tensor numbers, Tensor largest) {
    int half = channels / 2;
    float[] wavelengths = new float[half / 2];
    for (int i = 0; i < wavelengths.length; i++) {
      wavelengths[i] = (float) wavelength(i, half);
    }
    Tensor angles =
        numbers
            .plus(offset)
            .div(largest.plus(EPSILON))
            .times(2 * Math.PI)
            .unsqueeze(3)
            .div(s.constant(wavelengths));
    return Tensor.concat(4, angles.sin().unsqueeze(4), angles.cos().unsqueeze(4)).flatten(3, 4);
  }
}
