package dev.dovetail.heads.dabdetr;

import dev.dovetail.graph.nn.SinePosition;
import dev.dovetail.heads.Require;

/**
 * The position embedding of cells, which consists of sines and cosines.
 *
 * @param temperatureHeight longest wavelength of rows, divided by 2 pi
 * @param temperatureWidth longest wavelength of columns, divided by 2 pi
 * @param scale angle of the last row and column at the shortest wavelength
 */
public record Position(int temperatureHeight, int temperatureWidth, double scale) {

  /**
   * @throws IllegalArgumentException if a temperature is not positive
   */
  public Position {
    Require.positive("temperatureHeight", temperatureHeight);
    Require.positive("temperatureWidth", temperatureWidth);
  }

  /** Returns the published values: a scale of 2 pi and a temperature of 20. */
  public static Position defaults() {
    return new Position(20, 20, 2 * Math.PI);
  }

  SinePosition sines(int width) {
    return new SinePosition(width, temperatureHeight, temperatureWidth, scale, 0);
  }
}
