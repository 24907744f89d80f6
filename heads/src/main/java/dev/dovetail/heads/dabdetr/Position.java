package dev.dovetail.heads.dabdetr;

import dev.dovetail.graph.nn.SinePosition;
import dev.dovetail.heads.Require;

/**
 * The positions of cells as sines and cosines.
 *
 * @param temperatureHeight the longest wavelength of rows, in turns
 * @param temperatureWidth the longest wavelength of columns, in turns
 * @param scale the angle of the last row and column at the shortest wavelength
 */
public record Position(int temperatureHeight, int temperatureWidth, double scale) {

  /**
   * @throws IllegalArgumentException if a temperature is not positive
   */
  public Position {
    Require.positive("temperatureHeight", temperatureHeight);
    Require.positive("temperatureWidth", temperatureWidth);
  }

  /** As published: the map is one turn, and wavelengths grow to 20 of them. */
  public static Position defaults() {
    return new Position(20, 20, 2 * Math.PI);
  }

  SinePosition sines(int width) {
    return new SinePosition(width, temperatureHeight, temperatureWidth, scale, 0);
  }
}
