package dev.dovetail.sample.scene;

/**
 * A single object, drawn by sphere tracing: rays parallel to the line of sight advance by the
 * distance to the body until they hit it. Each pixel has a sample at its center and four more. Only
 * the center decides whether the pixel belongs to the object.
 */
final class Sprite {

  /** The number of samples per pixel. */
  static final int SAMPLES = 5;

  /** The positions of the samples: the center, then a rotated square. */
  static final double[] DX = {0, -0.375, 0.125, 0.375, -0.125};

  static final double[] DY = {0, -0.125, -0.375, 0.125, 0.375};

  private static final int MOST_STEPS = 60;

  /** The distance in pixels at which a ray has hit the body. */
  private static final double NEAR = 0.08;

  private static final double MISSED = -10;
  private static final double FAR = -20;
  private static final Rgb STALK = new Rgb(0.72, 0.66, 0.52);

  final SceneObject object;
  final int left;
  final int top;
  final int width;
  final int height;

  /** The light of each sample, red, green and blue; red is NaN outside of the body. */
  private final float[] light;

  private final Solid solid;
  private final double middle;

  Sprite(SceneObject object, Light lamp) {
    this.object = object;
    this.solid = Solid.of(object.category());
    double radius = object.radius();
    this.middle = object.base() - foot() * radius;
    this.left = Noise.floor(object.x() - radius);
    this.top = Noise.floor(middle - radius);
    this.width = Noise.floor(object.x() + radius) + 1 - left;
    this.height = Noise.floor(middle + radius) + 1 - top;
    this.light = new float[width * height * SAMPLES * 3];
    for (int y = 0, at = 0; y < height; y++) {
      for (int x = 0; x < width; x++, at += SAMPLES * 3) {
        pixel(left + x + 0.5, top + y + 0.5, light, at, lamp);
      }
    }
  }

  /** Returns the lowest point of the body below its center, in radii. The body is connected. */
  private double foot() {
    int steps = 64;
    int met = 0;
    for (int step = steps / 2; step > 0; step /= 2) {
      met += meetsRow((double) (met + step) / steps) ? step : 0;
    }
    return (double) (met + 1) / steps;
  }

  private boolean meetsRow(double v) {
    int steps = 40;
    for (int x = -steps; x <= steps; x++) {
      if (meet((double) x / steps, v, 1) > MISSED) {
        return true;
      }
    }
    return false;
  }

  /**
   * Computes the samples of a pixel. Rays next to the center start near the depth of the center.
   */
  private void pixel(double x, double y, float[] to, int at, Light lamp) {
    double scale = 1 / object.radius();
    double u = (x - object.x()) * scale;
    double v = (y - middle) * scale;
    double depth = meet(u, v, 1);
    for (int i = 0; i < SAMPLES; i++) {
      double du = u + DX[i] * scale;
      double dv = v + DY[i] * scale;
      double sampleDepth = depth;
      if (i > 0 && depth != FAR) {
        sampleDepth = meet(du, dv, depth > MISSED ? depth / solid.reach() + 8 * scale : 1);
      }
      if (sampleDepth > MISSED) {
        shade(du, dv, sampleDepth, to, at + 3 * i, lamp);
      } else {
        to[at + 3 * i] = Float.NaN;
      }
    }
  }

  private void shade(double u, double v, double depth, float[] to, int at, Light lamp) {
    double reach = solid.reach();
    Vec point = object.turn().toObject(new Vec(u * reach, -v * reach, depth));
    boolean stalk = solid == Solid.MUSHROOM && point.y() < -0.02;
    Rgb colour = stalk ? STALK : object.material().at(point);
    Vec normal = object.turn().toPicture(solid.normal(point));
    Rgb shaded = lamp.shade(colour, normal, object.material().gloss());
    to[at] = (float) shaded.red();
    to[at + 1] = (float) shaded.green();
    to[at + 2] = (float) shaded.blue();
  }

  /**
   * Finds the point where the ray through a point of the picture hits the body.
   *
   * @param u to the right of the center, in radii
   * @param v below the center, in radii
   * @param from where the ray starts, in radii towards the viewer
   * @return the depth towards the viewer, in the body's units; {@link #MISSED} if the ray misses
   *     the body, {@link #FAR} if it also stays more than a pixel away
   */
  private double meet(double u, double v, double from) {
    double deep = 1 - u * u - v * v;
    if (deep <= 0) {
      return deep < -4 / object.radius() ? FAR : MISSED;
    }
    double reach = solid.reach();
    double end = -Math.sqrt(deep) * reach;
    double z = Math.min(-end, from * reach);
    Vec ahead = object.turn().toObject(new Vec(0, 0, 1));
    Vec start = object.turn().toObject(new Vec(u * reach, -v * reach, 0));
    double pixel = reach / object.radius();
    double nearest = reach;
    for (int i = 0; i < MOST_STEPS && z > end; i++) {
      double distance =
          solid.distance(
              start.x() + ahead.x() * z, start.y() + ahead.y() * z, start.z() + ahead.z() * z);
      if (distance < NEAR * pixel) {
        return z;
      }
      nearest = Math.min(nearest, distance);
      z -= distance;
    }
    return nearest > 2 * pixel ? FAR : MISSED;
  }

  /** Returns whether the body covers a sample; coordinates are relative to the sprite's corner. */
  boolean covers(int x, int y, int sample) {
    return !Float.isNaN(light[index(x, y, sample)]);
  }

  /** Returns the index of a sample's red component in {@link #copy}. */
  private int index(int x, int y, int sample) {
    return ((y * width + x) * SAMPLES + sample) * 3;
  }

  void copy(int x, int y, int sample, float[] to, int at) {
    System.arraycopy(light, index(x, y, sample), to, at, 3);
  }

  /** Returns the number of pixels of the whole body, including hidden ones. */
  int area() {
    int area = 0;
    for (int at = 0; at < light.length; at += SAMPLES * 3) {
      area += Float.isNaN(light[at]) ? 0 : 1;
    }
    return area;
  }
}
