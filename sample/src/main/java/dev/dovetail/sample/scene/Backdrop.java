package dev.dovetail.sample.scene;

import dev.dovetail.formats.Size;
import org.jspecify.annotations.Nullable;

/**
 * The stuff behind and below the objects: sky or wall above the horizon, ground below it, and
 * optionally patches of another ground.
 *
 * @param size the size of the picture
 * @param horizon the row of the horizon
 * @param upper the stuff above the horizon
 * @param lower the stuff below the horizon
 * @param patch the other ground, or null
 * @param tone varies the colors between scenes, from 0 to 1
 * @param noise makes surfaces and borders irregular
 */
record Backdrop(
    Size size,
    double horizon,
    Category upper,
    Category lower,
    @Nullable Category patch,
    double tone,
    Noise noise) {

  /** Returns the stuff at a point of the picture. */
  Category at(double x, double y) {
    double edge = horizon;
    if (upper == Category.SKY && lower != Category.WATER) {
      edge += size.height() * 0.06 * (noise.fractal(x / size.height() * 3, 3, 0, 3) - 0.5);
    }
    if (y < edge) {
      return upper;
    }
    if (patch != null) {
      double away = distance(y);
      double across = (x - size.width() * 0.5) / size.height() * away;
      if (noise.fractal(across * 0.9 + 30, away * 0.9, 0, 3) > 0.53) {
        return patch;
      }
    }
    return lower;
  }

  /** Returns the distance of the ground at a row, about 1.3 at the lower edge. */
  private double distance(double y) {
    return 1 / (Math.max(y - horizon, -0.03 * size.height()) / size.height() + 0.1);
  }

  /** Returns the color of stuff at a point, under a light. */
  Rgb colour(Category stuff, double x, double y, Light light) {
    double across = x / size.height();
    double down = y / size.height();
    if (stuff == Category.SKY) {
      return sky(across, down).times(light.ambient().times(0.7).plus(light.sun().times(0.5)));
    }
    if (stuff == Category.WALL) {
      return light.ground(wall(across * 18, down * 18), 0.55);
    }
    double away = distance(y);
    double gx = (x - size.width() * 0.5) / size.height() * away;
    // Distant figures are smaller than a pixel, so they fade into their mean.
    double detail = 1 / (1 + away * away / 12);
    Rgb ground =
        switch (stuff) {
          case GRASS -> grass(across, down, gx, away, detail);
          case SAND -> sand(gx, away, detail);
          case PLANKS -> planks(gx, away, detail);
          default -> water(gx, away, detail);
        };
    Rgb lit = light.ground(ground, 0.75);
    return upper == Category.SKY
        ? lit.mix(light.ambient().times(1.1), Math.min(away / 45, 0.3))
        : lit;
  }

  private Rgb sky(double x, double y) {
    double low = Math.min(Math.max(y * size.height() / horizon, 0), 1);
    Rgb clear = Rgb.ofHue(0.56 + 0.05 * tone, 0.62, 0.9).mix(Rgb.ofHue(0.55, 0.15, 1), low);
    double cloud = Noise.step(0.48, 0.72, noise.fractal(x * 3.2, y * 8, 40, 4));
    return clear.mix(new Rgb(0.95, 0.95, 0.97), cloud * 0.85);
  }

  private Rgb wall(double x, double y) {
    int row = Noise.floor(y);
    double along = x / 2.3 + ((row & 1) == 0 ? 0 : 0.5);
    int column = Noise.floor(along);
    double grain = 0.75 + 0.5 * noise.fractal(x * 3, y * 3, 11, 3);
    if (y - row < 0.14 || along - column < 0.06) {
      return new Rgb(0.4, 0.38, 0.35).times(grain);
    }
    double burnt = noise.cell(column, row, 5);
    Rgb brick = Rgb.ofHue(0.01 + 0.07 * tone, 0.5 - 0.25 * tone, 0.62);
    return brick.times((0.65 + 0.6 * burnt) * grain);
  }

  private Rgb grass(double x, double y, double gx, double away, double detail) {
    double clump = noise.fractal(gx * 3, away * 3, 21, 3);
    double blades = noise.fractal(x * 95, y * 34, 22, 2);
    double light = 0.45 * clump + 0.55 * (0.5 + (blades - 0.5) * (0.4 + detail));
    Rgb dark = Rgb.ofHue(0.27 + 0.06 * tone, 0.75, 0.28);
    Rgb bright = Rgb.ofHue(0.2 + 0.07 * tone, 0.65, 0.78);
    return dark.mix(bright, Noise.step(0.2, 0.8, light));
  }

  private Rgb sand(double gx, double away, double detail) {
    double bent = away * 5 + 2.5 * noise.fractal(gx * 1.5, away * 1.5, 31, 2);
    double phase = Math.abs(bent - Noise.floor(bent) - 0.5) * 2;
    double grain = noise.fractal(gx * 30, away * 30, 32, 2) - 0.5;
    double light = 0.9 + detail * (0.28 * (phase - 0.5) + 0.5 * grain);
    return Rgb.ofHue(0.09 + 0.04 * tone, 0.38, 0.83).times(light);
  }

  private Rgb planks(double gx, double away, double detail) {
    double boards = gx * 3.2 + 100;
    int board = Noise.floor(boards);
    double along = away * 0.35 + noise.cell(board, 0, 41);
    int piece = Noise.floor(along);
    boolean gap = boards - board < 0.035 + 0.01 * away || along - piece < 0.008 * away;
    double tint = noise.cell(board, piece, 42);
    double grain = noise.fractal(gx * 34, away * 2.2, 43, 3) - 0.5;
    double laid = gap ? 0.35 : 0.75 + 0.4 * tint;
    double light = 0.88 + Math.min(2.2 * detail, 1) * (laid - 0.88) + detail * 0.9 * grain;
    return Rgb.ofHue(0.06 + 0.03 * tone, 0.52, 0.7).times(Math.max(light, 0.1));
  }

  private Rgb water(double gx, double away, double detail) {
    double waves = noise.fractal(gx * 2.2, away * 9, 51, 4);
    double light = 0.5 + (waves - 0.5) * (0.6 + detail);
    Rgb deep = Rgb.ofHue(0.53 + 0.07 * tone, 0.72, 0.42);
    Rgb bright = Rgb.ofHue(0.53, 0.35, 0.85);
    return deep.mix(bright, Noise.step(0.35, 0.8, light));
  }
}
