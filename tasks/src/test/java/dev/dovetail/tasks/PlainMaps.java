package dev.dovetail.tasks;

import dev.dovetail.formats.Size;
import java.util.Arrays;

/** Straightforward reference operations on maps [height][width]. */
public final class PlainMaps {

  private PlainMaps() {}

  /** Returns the top left part of a map. */
  public static double[][] cut(double[][] map, Size size) {
    double[][] part = new double[size.height()][];
    for (int y = 0; y < part.length; y++) {
      part[y] = Arrays.copyOf(map[y], size.width());
    }
    return part;
  }

  /** PyTorch's bilinear {@code interpolate}, {@code align_corners=False}. */
  public static double[][] resize(double[][] map, Size size) {
    double[][] out = new double[size.height()][size.width()];
    for (int y = 0; y < size.height(); y++) {
      double v = Math.max(0, (y + 0.5) * map.length / size.height() - 0.5);
      int top = (int) v;
      int bottom = Math.min(top + 1, map.length - 1);
      for (int x = 0; x < size.width(); x++) {
        double u = Math.max(0, (x + 0.5) * map[0].length / size.width() - 0.5);
        int left = (int) u;
        int right = Math.min(left + 1, map[0].length - 1);
        double upper = map[top][left] + (u - left) * (map[top][right] - map[top][left]);
        double lower = map[bottom][left] + (u - left) * (map[bottom][right] - map[bottom][left]);
        out[y][x] = upper + (v - top) * (lower - upper);
      }
    }
    return out;
  }
}
