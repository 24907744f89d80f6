package dev.dovetail.sample.scene;

/** Reflected or emitted light, 0 to 1 per component. It is the square of the stored pixel value. */
record Rgb(double red, double green, double blue) {

  /** Returns a color by hue, saturation and brightness, each from 0 to 1. */
  static Rgb ofHue(double hue, double saturation, double value) {
    return new Rgb(
        component(hue, 5, saturation, value),
        component(hue, 3, saturation, value),
        component(hue, 1, saturation, value));
  }

  private static double component(double hue, int offset, double saturation, double value) {
    double k = offset + hue * 6;
    k -= 6 * Noise.floor(k / 6);
    double stored = value * (1 - saturation * Math.max(0, Math.min(Math.min(k, 4 - k), 1)));
    return stored * stored;
  }

  Rgb mix(Rgb other, double share) {
    return new Rgb(
        red + (other.red - red) * share,
        green + (other.green - green) * share,
        blue + (other.blue - blue) * share);
  }

  Rgb times(double factor) {
    return new Rgb(red * factor, green * factor, blue * factor);
  }

  Rgb times(Rgb other) {
    return new Rgb(red * other.red, green * other.green, blue * other.blue);
  }

  Rgb plus(Rgb other) {
    return new Rgb(red + other.red, green + other.green, blue + other.blue);
  }
}
