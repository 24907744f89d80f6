package dev.dovetail.images.draw;

import java.util.Locale;

/**
 * An sRGB color.
 *
 * @param red 0 to 255
 * @param green 0 to 255
 * @param blue 0 to 255
 */
public record Colour(int red, int green, int blue) {

  /** The shades of the objects of a class: toward white above 0, toward black below. */
  private static final double[] SHADES = {0, 0.35, -0.3, 0.55, -0.45, 0.2, -0.15};

  static final Colour BLACK = new Colour(0, 0, 0);
  static final Colour WHITE = new Colour(255, 255, 255);

  /**
   * Checks the channels.
   *
   * @param red 0 to 255
   * @param green 0 to 255
   * @param blue 0 to 255
   */
  public Colour {
    if (((red | green | blue) & ~0xff) != 0) {
      throw new IllegalArgumentException(
          "the channels of a color must be 0 to 255, not " + red + ", " + green + ", " + blue);
    }
  }

  /**
   * {@return the color of a text such as {@code #e69f00}}
   *
   * @param text six hexadecimal digits after a number sign
   * @throws IllegalArgumentException if the text has another format
   */
  public static Colour parse(String text) {
    if (!text.matches("#[0-9a-fA-F]{6}")) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a color; expected one such as #e69f00");
    }
    int rgb = Integer.parseInt(text.substring(1), 16);
    return new Colour(rgb >> 16, (rgb >> 8) & 0xff, rgb & 0xff);
  }

  /**
   * Returns a shade for one of several objects of a class with this color.
   *
   * @param number the number of the object, from 0
   */
  Colour forInstance(int number) {
    return shade(SHADES[number % SHADES.length]);
  }

  /**
   * Returns the color mixed with white or black.
   *
   * @param share of white, from 0 to 1, or of black below 0
   */
  Colour shade(double share) {
    double other = share > 0 ? 255 : 0;
    double amount = Math.abs(share);
    return new Colour(
        (int) Math.round(red + (other - red) * amount),
        (int) Math.round(green + (other - green) * amount),
        (int) Math.round(blue + (other - blue) * amount));
  }

  /** Returns black or white, whichever has the higher contrast ratio on this color (WCAG 2). */
  Colour contrast() {
    double[] rgb = linear();
    double luminance = 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
    return (luminance + 0.05) * (luminance + 0.05) > 1.05 * 0.05 ? BLACK : WHITE;
  }

  /** Returns red, green and blue of linear light, each 0 to 1. */
  double[] linear() {
    return new double[] {linear(red), linear(green), linear(blue)};
  }

  private static double linear(int channel) {
    double encoded = channel / 255.0;
    return encoded <= 0.04045 ? encoded / 12.92 : Math.pow((encoded + 0.055) / 1.055, 2.4);
  }

  /** Returns the nearest color to red, green and blue of linear light. */
  static Colour ofLinear(double[] rgb) {
    return new Colour(encoded(rgb[0]), encoded(rgb[1]), encoded(rgb[2]));
  }

  private static int encoded(double linear) {
    double clamped = Math.max(0, Math.min(1, linear));
    double srgb =
        clamped <= 0.0031308 ? 12.92 * clamped : 1.055 * Math.pow(clamped, 1 / 2.4) - 0.055;
    return (int) Math.round(255 * srgb);
  }

  /** {@return the channels as 0xRRGGBB} */
  public int rgb() {
    return red << 16 | green << 8 | blue;
  }

  /** {@return the color in the format of {@link #parse}} */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "#%06x", rgb());
  }
}
