package dev.dovetail.images.draw;

import java.util.List;

/**
 * A colour for every class number. Numbers beyond the given colours get generated ones, and a class
 * keeps its colour whatever the number of classes.
 */
public record Palette(List<Colour> given) {

  /** Found by a search for the largest least distance among the first 6 to 150 colours. */
  private static final double HUE_STEP = 0.3719;

  private static final double LIGHTNESS_STEP = 0.4162;

  private static final double DARKEST = 0.50;
  private static final double LIGHTEST = 0.86;
  private static final double CHROMA = 0.18;

  /**
   * Copies the list.
   *
   * @param given the colours of the first classes
   */
  public Palette {
    given = List.copyOf(given);
  }

  /**
   * Generated colours alone.
   *
   * @return the palette
   */
  public static Palette distinct() {
    return new Palette(List.of());
  }

  /**
   * {@return the colour of a class, from 0 on}
   *
   * @param label the number of the class
   */
  public Colour colour(int label) {
    if (label < given.size()) {
      return given.get(label);
    }
    double hue = 2 * Math.PI * ((label * HUE_STEP + 0.08) % 1);
    double lightness = DARKEST + (LIGHTEST - DARKEST) * ((label * LIGHTNESS_STEP + 0.5) % 1);
    return oklch(lightness, CHROMA, hue);
  }

  /** Oklab (Ottosson 2020) in polar form; the chroma is lowered until sRGB holds the colour. */
  private static Colour oklch(double lightness, double chroma, double hue) {
    for (double c = chroma; ; c *= 0.95) {
      double[] rgb = linear(lightness, c * Math.cos(hue), c * Math.sin(hue));
      if (c < 1e-3 || inGamut(rgb)) {
        return new Colour(encode(rgb[0]), encode(rgb[1]), encode(rgb[2]));
      }
    }
  }

  private static double[] linear(double lightness, double a, double b) {
    double l = Math.pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
    double m = Math.pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
    double s = Math.pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
    return new double[] {
      4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
      -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
      -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s
    };
  }

  private static boolean inGamut(double[] rgb) {
    for (double channel : rgb) {
      if (channel < 0 || channel > 1) {
        return false;
      }
    }
    return true;
  }

  private static int encode(double linear) {
    double clamped = Math.max(0, Math.min(1, linear));
    double srgb =
        clamped <= 0.0031308 ? 12.92 * clamped : 1.055 * Math.pow(clamped, 1 / 2.4) - 0.055;
    return (int) Math.round(255 * srgb);
  }
}
