package dev.dovetail.images.draw;

import org.opencv.core.Scalar;

/** A colour in sRGB, each channel 0 to 255. */
public record Colour(int red, int green, int blue) {

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
          "a colour has channels of 0 to 255, not " + red + ", " + green + ", " + blue);
    }
  }

  /**
   * The colour mixed with white or black.
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

  /** Black or white, whichever reads better on this colour. */
  Colour contrast() {
    // Rec. 709 luma; above this, black has the higher contrast ratio (WCAG 2).
    double luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    return luma > 118 ? BLACK : WHITE;
  }

  Scalar scalar() {
    return new Scalar(blue, green, red);
  }

  /** Channel 0 to 2 in OpenCV's order: blue, green, red. */
  int channel(int c) {
    return c == 0 ? blue : c == 1 ? green : red;
  }
}
