package dev.dovetail.images.draw;

/**
 * A model of color vision: with all cones, or without those for long (protanopia) or medium
 * wavelengths (deuteranopia), by the matrices of Machado, Oliveira and Fernandes (2009).
 */
enum Vision {
  NORMAL(1, 0, 0, 0, 1, 0, 0, 0, 1),
  PROTANOPIA(
      0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998),
  DEUTERANOPIA(
      0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881);

  /** The matrix from linear light to linear light, row by row. */
  private final double[] matrix;

  Vision(double... matrix) {
    this.matrix = matrix;
  }

  /**
   * Returns the perceived color in Oklab (Ottosson 2020): lightness, green to red, blue to yellow.
   */
  double[] seen(Colour colour) {
    double[] rgb = new double[3];
    double[] light = colour.linear();
    for (int i = 0; i < 9; i++) {
      rgb[i / 3] += matrix[i] * light[i % 3];
    }
    double l = Math.cbrt(0.4122214708 * rgb[0] + 0.5363325363 * rgb[1] + 0.0514459929 * rgb[2]);
    double m = Math.cbrt(0.2119034982 * rgb[0] + 0.6806995451 * rgb[1] + 0.1073969566 * rgb[2]);
    double s = Math.cbrt(0.0883024619 * rgb[0] + 0.2817188376 * rgb[1] + 0.6299787005 * rgb[2]);
    return new double[] {
      0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
      1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
      0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s
    };
  }
}
