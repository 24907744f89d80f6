package dev.dovetail.images.draw;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A sequence of colors in which each one is as far as possible from all previous ones, for normal
 * vision, protanopia and deuteranopia. The sequence is deterministic and does not depend on the
 * number of requested colors.
 */
final class DistinctColours {

  private static final int HUES = 60;
  private static final double DARKEST = 0.48;
  private static final double LIGHTEST = 0.88;
  private static final int LIGHTNESSES = 13;
  private static final double[] CHROMAS = {0.19, 0.145, 0.10};

  /**
   * The weight of squared distances for normal vision. Without it, colors that differ only for
   * normal vision would come last, and most of the first hundred would be blue.
   */
  private static final double NORMAL_SHARE = 0.12;

  /** A blue that reads well on photographs. */
  private static final double[] FIRST = {0.58, 0.17, Math.toRadians(255)};

  private static final DistinctColours ALL = new DistinctColours();

  private final List<Colour> candidates = new ArrayList<>(candidates());

  /** [candidate][vision][3] */
  private final double[][][] seen = new double[candidates.size()][][];

  /** The squared distance of each candidate to the nearest selected color. */
  private final double[] distance = new double[candidates.size()];

  private final List<Colour> taken = new ArrayList<>();

  private DistinctColours() {
    Arrays.fill(distance, Double.MAX_VALUE);
    for (int i = 0; i < seen.length; i++) {
      seen[i] = seen(candidates.get(i));
    }
    take(0);
  }

  /** Returns a color of the sequence. The sequence repeats after more than a thousand colors. */
  static Colour get(int number) {
    synchronized (ALL) {
      int index = number % ALL.candidates.size();
      while (ALL.taken.size() <= index) {
        ALL.take(ALL.farthest());
      }
      return ALL.taken.get(index);
    }
  }

  private int farthest() {
    int best = 0;
    for (int i = 1; i < distance.length; i++) {
      if (distance[i] > distance[best]) {
        best = i;
      }
    }
    return best;
  }

  private void take(int chosen) {
    taken.add(candidates.get(chosen));
    for (int i = 0; i < distance.length; i++) {
      for (int v = 0; v < seen[i].length; v++) {
        double share = v == Vision.NORMAL.ordinal() ? NORMAL_SHARE : 1;
        double apart = share * squared(seen[i][v], seen[chosen][v]);
        distance[i] = Math.min(distance[i], apart);
      }
    }
    distance[chosen] = -1; // not selected again
  }

  private static double squared(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += (a[k] - b[k]) * (a[k] - b[k]);
    }
    return sum;
  }

  private static double[][] seen(Colour colour) {
    Vision[] visions = Vision.values();
    double[][] seen = new double[visions.length][];
    for (int v = 0; v < seen.length; v++) {
      seen[v] = visions[v].seen(colour);
    }
    return seen;
  }

  private static Set<Colour> candidates() {
    Set<Colour> colours = new LinkedHashSet<>();
    colours.add(oklch(FIRST[0], FIRST[1], FIRST[2]));
    for (double chroma : CHROMAS) {
      for (int l = 0; l < LIGHTNESSES; l++) {
        double lightness = DARKEST + (LIGHTEST - DARKEST) * l / (LIGHTNESSES - 1);
        for (int h = 0; h < HUES; h++) {
          colours.add(oklch(lightness, chroma, 2 * Math.PI * h / HUES));
        }
      }
    }
    return colours;
  }

  /**
   * Returns the color of polar Oklab coordinates. The chroma is reduced until the color is in sRGB.
   */
  private static Colour oklch(double lightness, double chroma, double hue) {
    for (double c = chroma; ; c *= 0.95) {
      double[] rgb = linear(lightness, c * Math.cos(hue), c * Math.sin(hue));
      if (c < 1e-3 || Arrays.stream(rgb).allMatch(channel -> channel >= 0 && channel <= 1)) {
        return Colour.ofLinear(rgb);
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
}
