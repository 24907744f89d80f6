package dev.dovetail.sample.scene;

/**
 * One object by itself: rays parallel to the line of sight, walked along the distance to the body
 * until they meet it. Each pixel has its middle and four more samples; the middle alone decides
 * whether the pixel is the object's.
 */
final class Sprite {

  /** Samples of a pixel. */
  static final int SAMPLES = 5;

  /** Where they lie: the middle first, then a turned square. */
  static final double[] DX = {0, -0.375, 0.125, 0.375, -0.125};

  static final double[] DY = {0, -0.125, -0.375, 0.125, 0.375};

  private static final int MOST_STEPS = 60;

  /** A ray that comes so near, in pixels, has met the body. */
  private static final double NEAR = 0.08;

  private static final double MISSED = -10;
  private static final double FAR = -20;
  private static final Rgb STALK = new Rgb(0.72, 0.66, 0.52);

  final SceneObject object;
  final int left;
  final int top;
  final int width;
  final int height;

  /** Light of each sample, red, green and blue; red is NaN beside the body. */
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

  /** The lowest point of the body below its middle, in radii; the body is in one piece. */
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

  /** Fills in the samples of a pixel; those beside the middle are looked for near its depth. */
  private void pixel(double x, double y, float[] to, int at, Light lamp) {
    double scale = 1 / object.radius();
    double u = (x - object.x()) * scale;
    double v = (y - middle) * scale;
    double depth = meet(u, v, 1);
    for (int i = 0; i < SAMPLES; i++) {
      double du = u + DX[i] * scale;
      double dv = v + DY[i] * scale;
      double found = depth;
      if (i > 0 && depth != FAR) {
        found = meet(du, dv, depth > MISSED ? depth / solid.reach() + 8 * scale : 1);
      }
      if (found > MISSED) {
        shade(du, dv, found, to, at + 3 * i, lamp);
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
   * Where the ray through a point of the picture meets the body.
   *
   * @param u to the right of the middle, in radii
   * @param v below the middle, in radii
   * @param from where to begin, in radii towards the viewer
   * @return how far towards the viewer, in the body's units; {@link #MISSED} if it does not, {@link
   *     #FAR} if it stays more than a pixel away as well
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

  /** Whether the body covers a sample; the numbers count from the sprite's corner. */
  boolean covers(int x, int y, int sample) {
    return !Float.isNaN(light[index(x, y, sample)]);
  }

  /** The index of a sample's red in {@link #copy}. */
  private int index(int x, int y, int sample) {
    return ((y * width + x) * SAMPLES + sample) * 3;
  }

  void copy(int x, int y, int sample, float[] to, int at) {
    System.arraycopy(light, index(x, y, sample), to, at, 3);
  }

  /** Pixels of the whole body, also where others or the border hide it. */
  int area() {
    int area = 0;
    for (int at = 0; at < light.length; at += SAMPLES * 3) {
      area += Float.isNaN(light[at]) ? 0 : 1;
    }
    return area;
  }
}
