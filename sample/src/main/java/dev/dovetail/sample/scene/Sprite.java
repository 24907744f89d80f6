package dev.dovetail.sample.scene;

import org.jspecify.annotations.Nullable;

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
  private static final double NEAR = 0.003;
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

  Sprite(SceneObject object, Light light) {
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
      for (int x = 0; x < width; x++) {
        for (int i = 0; i < SAMPLES; i++, at += 3) {
          sample(left + x + 0.5 + DX[i], top + y + 0.5 + DY[i], light, at);
        }
      }
    }
  }

  /** The lowest point of the body below its middle, in radii. */
  private double foot() {
    int steps = 40;
    for (int y = steps; y > 0; y--) {
      for (int x = -steps; x <= steps; x++) {
        if (meet((double) x / steps, (double) y / steps) != null) {
          return (double) y / steps;
        }
      }
    }
    return 0;
  }

  private void sample(double x, double y, Light lamp, int at) {
    Vec point = meet((x - object.x()) / object.radius(), (y - middle) / object.radius());
    if (point == null) {
      light[at] = Float.NaN;
      return;
    }
    boolean stalk = solid == Solid.MUSHROOM && (point.y() < -0.02);
    Rgb colour = stalk ? STALK : object.material().at(point);
    Vec normal = object.turn().toPicture(solid.normal(point));
    Rgb shaded = lamp.shade(colour, normal, object.material().gloss());
    light[at] = (float) shaded.red();
    light[at + 1] = (float) shaded.green();
    light[at + 2] = (float) shaded.blue();
  }

  /**
   * Where the ray through a point of the picture meets the body.
   *
   * @param u to the right of the middle, in radii
   * @param v below the middle, in radii
   * @return the point in the object's axes, or null
   */
  private @Nullable Vec meet(double u, double v) {
    double deep = 1 - u * u - v * v;
    if (deep <= 0) {
      return null;
    }
    double reach = solid.reach();
    double z = Math.sqrt(deep) * reach;
    double end = -z;
    Vec ahead = object.turn().toObject(new Vec(0, 0, 1));
    Vec start = object.turn().toObject(new Vec(u * reach, -v * reach, 0));
    for (int i = 0; i < MOST_STEPS && z > end; i++) {
      double px = start.x() + ahead.x() * z;
      double py = start.y() + ahead.y() * z;
      double pz = start.z() + ahead.z() * z;
      double distance = solid.distance(px, py, pz);
      if (distance < NEAR) {
        return new Vec(px, py, pz);
      }
      z -= distance;
    }
    return null;
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
