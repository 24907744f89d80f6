package dev.dovetail.sample.scene;

import dev.dovetail.formats.Size;
import java.util.Arrays;

/** The light and the segment of every sample of a picture, painted from back to front. */
final class Canvas {

  private static final int SAMPLES = Sprite.SAMPLES;

  private final Size size;
  private final Light lamp;
  private final float[] light;

  /** The segment of each sample, from 1. */
  private final int[] owner;

  /** Paints the backdrop, whose segments are 1 (upper), 2 (lower) and 3 (patch). */
  Canvas(Backdrop backdrop, Light lamp) {
    this.size = backdrop.size();
    this.lamp = lamp;
    this.owner = new int[(int) size.pixels() * SAMPLES];
    this.light = new float[owner.length * 3];
    int[] middles = new int[(int) size.pixels()];
    for (int i = 0; i < middles.length; i++) {
      middles[i] = segment(backdrop, i % size.width() + 0.5, i / size.width() + 0.5);
    }
    Rgb[] colours = new Rgb[4];
    for (int y = 0, at = 0; y < size.height(); y++) {
      for (int x = 0; x < size.width(); x++) {
        boolean border = isBorder(middles, x, y);
        Arrays.fill(colours, null);
        for (int i = 0; i < SAMPLES; i++, at++) {
          int segment =
              i > 0 && border
                  ? segment(backdrop, x + 0.5 + Sprite.DX[i], y + 0.5 + Sprite.DY[i])
                  : middles[y * size.width() + x];
          if (colours[segment] == null) {
            colours[segment] = backdrop.colour(stuff(backdrop, segment), x + 0.5, y + 0.5, lamp);
          }
          owner[at] = segment;
          light[3 * at] = (float) colours[segment].red();
          light[3 * at + 1] = (float) colours[segment].green();
          light[3 * at + 2] = (float) colours[segment].blue();
        }
      }
    }
  }

  private static int segment(Backdrop backdrop, double x, double y) {
    Category stuff = backdrop.at(x, y);
    return stuff == backdrop.upper() ? 1 : stuff == backdrop.lower() ? 2 : 3;
  }

  private static Category stuff(Backdrop backdrop, int segment) {
    Category patch = backdrop.patch();
    return segment == 1
        ? backdrop.upper()
        : patch == null || segment == 2 ? backdrop.lower() : patch;
  }

  /**
   * Returns whether a pixel or a neighbor shows another segment. Otherwise its samples are equal.
   */
  private boolean isBorder(int[] middles, int x, int y) {
    int here = middles[y * size.width() + x];
    for (int row = Math.max(y - 1, 0); row <= Math.min(y + 1, size.height() - 1); row++) {
      for (int column = Math.max(x - 1, 0); column <= Math.min(x + 1, size.width() - 1); column++) {
        if (middles[row * size.width() + column] != here) {
          return true;
        }
      }
    }
    return false;
  }

  /** Returns a copy to paint on. */
  Canvas(Canvas other) {
    this.size = other.size;
    this.lamp = other.lamp;
    this.light = other.light.clone();
    this.owner = other.owner.clone();
  }

  /** Paints an object and its shadow over the canvas. */
  void paint(Sprite sprite) {
    SceneObject object = sprite.object;
    double radius = object.radius();
    double reach = lamp.shadowReach() * radius;
    shadow(object.x() + reach, object.base() - 0.12 * radius, 1.25 * radius, 0.55);
    shadow(object.x() + 0.2 * reach, object.base() - 0.08 * radius, 0.75 * radius, 0.5);
    for (int y = Math.max(0, -sprite.top); y < sprite.height; y++) {
      if (sprite.top + y >= size.height()) {
        break;
      }
      for (int x = Math.max(0, -sprite.left); x < sprite.width; x++) {
        if (sprite.left + x >= size.width()) {
          break;
        }
        int at = ((sprite.top + y) * size.width() + sprite.left + x) * SAMPLES;
        for (int i = 0; i < SAMPLES; i++, at++) {
          if (sprite.covers(x, y, i)) {
            owner[at] = object.segment();
            sprite.copy(x, y, i, light, 3 * at);
          }
        }
      }
    }
  }

  /** Darkens a flat ellipse with a soft border. */
  private void shadow(double x, double y, double halfWidth, double strength) {
    double halfHeight = halfWidth * 0.3;
    int bottom = Math.min(Noise.floor(y + halfHeight) + 1, size.height());
    int right = Math.min(Noise.floor(x + halfWidth) + 1, size.width());
    for (int row = Math.max(0, Noise.floor(y - halfHeight)); row < bottom; row++) {
      for (int column = Math.max(0, Noise.floor(x - halfWidth)); column < right; column++) {
        double dx = (column + 0.5 - x) / halfWidth;
        double dy = (row + 0.5 - y) / halfHeight;
        float left = (float) (1 - strength * Noise.step(1, 0.35, dx * dx + dy * dy));
        int at = (row * size.width() + column) * SAMPLES * 3;
        for (int i = 0; i < SAMPLES * 3; i++) {
          light[at + i] *= left;
        }
      }
    }
  }

  /** Returns the segment at the center of every pixel. */
  int[] segments() {
    int[] segments = new int[(int) size.pixels()];
    for (int i = 0; i < segments.length; i++) {
      segments[i] = owner[i * SAMPLES];
    }
    return segments;
  }

  /** Returns the picture, {@code [height, width, 3]}: the mean light of each pixel's samples. */
  byte[] rgb() {
    byte[] rgb = new byte[(int) size.pixels() * 3];
    int to = 0;
    int from = 0;
    for (int y = 0; y < size.height(); y++) {
      double down = (double) y / size.height() - 0.5;
      for (int x = 0; x < size.width(); x++, from += SAMPLES * 3) {
        double across = (double) x / size.width() - 0.5;
        double bright = 1 + 2 * (lamp.slopeX() * across + lamp.slopeY() * down);
        for (int i = 0; i < 3; i++) {
          double sum = 0;
          for (int k = 0; k < SAMPLES; k++) {
            sum += light[from + 3 * k + i];
          }
          double stored = Math.sqrt(Math.max(sum / SAMPLES * bright, 0));
          rgb[to++] = (byte) (int) Math.min(255 * stored + 0.5, 255);
        }
      }
    }
    return rgb;
  }
}
