package dev.dovetail.graph.nn;

import dev.dovetail.graph.TensorData;

/**
 * Positions on a map as sines and cosines of growing wavelengths, the rows in the first half of the
 * channels, the columns in the second (Vaswani et al. 2017, section 3.5; normalised as mmcv's
 * {@code SinePositionalEncoding}).
 */
public final class SinePosition {

  private static final double LONGEST = 10000;
  private static final double EPSILON = 1e-6;

  private SinePosition() {}

  /**
   * The positions of all cells.
   *
   * @param height rows of the map
   * @param width columns of the map
   * @param channels a multiple of 2
   * @return float32 [1, height * width, channels], row by row
   */
  public static TensorData tokens(int height, int width, int channels) {
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

  private static double angle(int cell, int cells) {
    return (cell + 1) / (cells + EPSILON) * 2 * Math.PI;
  }

  private static float wave(double angle, int i, int channels) {
    int pair = i / 2;
    double scaled = angle / Math.pow(LONGEST, 2.0 * pair / channels);
    return (float) (i % 2 == 0 ? Math.sin(scaled) : Math.cos(scaled));
  }
}
