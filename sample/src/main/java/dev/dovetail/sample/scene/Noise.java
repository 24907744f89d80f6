package dev.dovetail.sample.scene;

/** Smooth random functions in space: value noise on the integer grid. */
final class Noise {

  private final int seed;

  Noise(long seed) {
    this.seed = (int) SceneRandom.mix(seed);
  }

  /** Returns the random number of a grid cell, at least 0 and less than 1. */
  double cell(int x, int y, int z) {
    int h = seed + x * 0x8da6b343 + y * 0xd8163841 + z * 0xcb1ab31f;
    h = (h ^ h >>> 16) * 0x7feb352d;
    h = (h ^ h >>> 15) * 0x846ca68b;
    return ((h ^ h >>> 16) >>> 8) * 0x1p-24;
  }

  /** Returns noise from 0 to 1, with features of about one unit. */
  double at(double x, double y, double z) {
    int ix = floor(x);
    int iy = floor(y);
    int iz = floor(z);
    double fx = smooth(x - ix);
    double fy = smooth(y - iy);
    double fz = smooth(z - iz);
    double near = plane(ix, iy, iz, fx, fy);
    return fz == 0 ? near : near + (plane(ix, iy, iz + 1, fx, fy) - near) * fz;
  }

  private double plane(int x, int y, int z, double fx, double fy) {
    double top = cell(x, y, z);
    top += (cell(x + 1, y, z) - top) * fx;
    double bottom = cell(x, y + 1, z);
    bottom += (cell(x + 1, y + 1, z) - bottom) * fx;
    return top + (bottom - top) * fy;
  }

  /** Returns fractal noise from 0 to 1, with features of one unit and smaller. */
  double fractal(double x, double y, double z, int octaves) {
    double sum = 0;
    double weight = 0.5;
    double all = 0;
    double scale = 1;
    for (int i = 0; i < octaves; i++) {
      sum += weight * at(x * scale + 17 * i, y * scale + 5 * i, z * scale);
      all += weight;
      weight /= 2;
      scale *= 2.03;
    }
    return sum / all;
  }

  static int floor(double value) {
    int whole = (int) value;
    return value < whole ? whole - 1 : whole;
  }

  private static double smooth(double t) {
    return t * t * (3 - 2 * t);
  }

  /** Returns a smooth step: 0 up to one edge, 1 from the other edge. */
  static double step(double from, double to, double value) {
    return smooth(Math.min(Math.max((value - from) / (to - from), 0), 1));
  }
}
