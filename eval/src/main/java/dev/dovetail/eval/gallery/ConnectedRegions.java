package dev.dovetail.eval.gallery;

import dev.dovetail.formats.Box;
import dev.dovetail.formats.Size;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;

/** The 4-connected regions of equal pixels in a map. */
final class ConnectedRegions {

  /** The value of pixels that do not belong to a region. */
  static final int NONE = -1;

  private final List<int[]> runs = new ArrayList<>();
  private int[] parent = new int[1024];

  private ConnectedRegions() {}

  /**
   * A region.
   *
   * @param value of its pixels
   * @param pixels number of pixels
   * @param box around the pixels
   */
  record Region(int value, long pixels, Box box) {}

  /**
   * Returns the regions of a map in the order of their first pixels.
   *
   * @param size of the map
   * @param values of the pixels, row by row
   */
  static List<Region> of(Size size, IntUnaryOperator values) {
    ConnectedRegions regions = new ConnectedRegions();
    regions.join(size, values);
    return regions.regions();
  }

  /** Splits rows into runs {@code y, from, to, value} and joins adjacent ones. */
  private void join(Size size, IntUnaryOperator values) {
    int above = 0;
    for (int y = 0; y < size.height(); y++) {
      int row = runs.size();
      for (int from = 0, to; from < size.width(); from = to) {
        int value = values.applyAsInt(y * size.width() + from);
        to = from + 1;
        while (to < size.width() && values.applyAsInt(y * size.width() + to) == value) {
          to++;
        }
        if (value != NONE) {
          add(y, from, to, value);
        }
      }
      for (int i = above, j = row; i < row && j < runs.size(); ) {
        int[] one = runs.get(i);
        int[] other = runs.get(j);
        if (one[1] < other[2] && other[1] < one[2] && one[3] == other[3]) {
          parent[root(j)] = root(i);
        }
        if (one[2] < other[2]) {
          i++;
        } else {
          j++;
        }
      }
      above = row;
    }
  }

  private void add(int... run) {
    int number = runs.size();
    if (number == parent.length) {
      parent = Arrays.copyOf(parent, 2 * number);
    }
    parent[number] = number;
    runs.add(run);
  }

  private int root(int run) {
    int at = run;
    while (parent[at] != at) {
      parent[at] = parent[parent[at]];
      at = parent[at];
    }
    return at;
  }

  private List<Region> regions() {
    Map<Integer, long[]> found = new TreeMap<>();
    for (int i = 0; i < runs.size(); i++) {
      int[] run = runs.get(i);
      long[] sums =
          found.computeIfAbsent(
              root(i), r -> new long[] {run[3], 0, run[1], run[0], run[2], run[0] + 1});
      sums[1] += run[2] - run[1];
      sums[2] = Math.min(sums[2], run[1]);
      sums[3] = Math.min(sums[3], run[0]);
      sums[4] = Math.max(sums[4], run[2]);
      sums[5] = Math.max(sums[5], run[0] + 1);
    }
    return found.values().stream()
        .map(
            s ->
                new Region(
                    (int) s[0], s[1], new Box(s[2], s[3], s[4] - (double) s[2], s[5] - s[3])))
        .toList();
  }
}
