package dev.dovetail.formats.mask;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PolygonRasterTest {

  @Test
  void columnMiddlesSufficeForTheResultOfEveryPoint() {
    for (long seed = 0; seed < 4000; seed++) {
      Random random = new Random(seed);
      int h = 1 + random.nextInt(50);
      int w = 1 + random.nextInt(50);
      double[] xy = new double[2 * (1 + random.nextInt(9))];
      double spread = random.nextInt(4) == 0 ? 3 : 1;
      for (int i = 0; i < xy.length; i++) {
        double size = i % 2 == 0 ? w : h;
        double value = size / 2 + size * spread * (random.nextDouble() - 0.5);
        xy[i] =
            switch (random.nextInt(4)) {
              case 0 -> Math.rint(value);
              case 1 -> Math.rint(value * 20) / 20;
              case 2 -> i >= 2 && random.nextBoolean() ? xy[i - 2] : value;
              default -> value;
            };
      }
      assertArrayEquals(
          everyPoint(h, w, xy),
          PolygonRaster.runs(h, w, xy),
          "seed " + seed + ": " + Arrays.toString(xy) + " in " + w + "x" + h);
    }
  }

  /**
   * The algorithm of the reference: it lists all grid points of the outline and finds the
   * crossings.
   */
  private static int[] everyPoint(int h, int w, double[] xy) {
    int k = xy.length / 2;
    int[] xs = new int[k + 1];
    int[] ys = new int[k + 1];
    for (int j = 0; j < k; j++) {
      xs[j] = (int) (5 * xy[2 * j] + 0.5);
      ys[j] = (int) (5 * xy[2 * j + 1] + 0.5);
    }
    xs[k] = xs[0];
    ys[k] = ys[0];
    List<int[]> points = new ArrayList<>();
    for (int j = 0; j < k; j++) {
      int x = xs[j];
      int y = ys[j];
      int dx = Math.abs(xs[j + 1] - x);
      int dy = Math.abs(ys[j + 1] - y);
      boolean flip = dx >= dy ? x > xs[j + 1] : y > ys[j + 1];
      int x0 = flip ? xs[j + 1] : x;
      int y0 = flip ? ys[j + 1] : y;
      int x1 = flip ? x : xs[j + 1];
      int y1 = flip ? y : ys[j + 1];
      double slope = dx >= dy ? (double) (y1 - y0) / dx : (double) (x1 - x0) / dy;
      List<int[]> edge = new ArrayList<>();
      for (int t = 0; t <= Math.max(dx, dy); t++) {
        edge.add(
            dx >= dy
                ? new int[] {x0 + t, (int) (y0 + slope * t + 0.5)}
                : new int[] {(int) (x0 + slope * t + 0.5), y0 + t});
      }
      if (flip) {
        Collections.reverse(edge);
      }
      points.addAll(edge);
    }
    List<Integer> positions = new ArrayList<>();
    for (int j = 1; j < points.size(); j++) {
      int[] p = points.get(j);
      int[] q = points.get(j - 1);
      double c = ((p[0] < q[0] ? p[0] : p[0] - 1) + 0.5) / 5 - 0.5;
      if (p[0] == q[0] || Math.floor(c) != c || c < 0 || c > w - 1) {
        continue;
      }
      double v = (Math.min(p[1], q[1]) + 0.5) / 5 - 0.5;
      int top = (int) Math.ceil(v < 0 ? 0 : Math.min(v, h));
      positions.add((int) (c * h) + top);
    }
    positions.add(h * w);
    Collections.sort(positions);
    List<Integer> runs = new ArrayList<>();
    runs.add(positions.get(0));
    for (int j = 1; j < positions.size(); j++) {
      int length = positions.get(j) - positions.get(j - 1);
      if (length > 0) {
        runs.add(length);
      } else if (++j < positions.size()) {
        int joined = positions.get(j) - positions.get(j - 1);
        runs.set(runs.size() - 1, runs.get(runs.size() - 1) + joined);
      }
    }
    return runs.stream().mapToInt(i -> i).toArray();
  }
}
