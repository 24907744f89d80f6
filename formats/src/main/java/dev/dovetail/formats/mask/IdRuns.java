package dev.dovetail.formats.mask;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;

/** The masks of a map in which every pixel has the id of a segment. */
public final class IdRuns {

  private IdRuns() {}

  /**
   * {@return the mask of every id that occurs, in ascending order}
   *
   * @param height of the map in pixels
   * @param width of the map in pixels
   * @param ids the id of each pixel by its index, row by row
   */
  public static SortedMap<Integer, Rle> masks(int height, int width, IntUnaryOperator ids) {
    int pixels = Math.multiplyExact(height, width);
    Map<Integer, RunBuilder> builders = new HashMap<>();
    int begin = 0;
    int last = 0;
    int i = 0;
    for (int x = 0; x < width; x++) {
      for (int at = x; at < pixels; at += width, i++) {
        int id = ids.applyAsInt(at);
        if (i > 0 && id != last) {
          add(builders, last, begin, i);
          begin = i;
        }
        last = id;
      }
    }
    add(builders, last, begin, pixels);
    SortedMap<Integer, Rle> masks = new TreeMap<>();
    builders.forEach((id, runs) -> masks.put(id, Rle.ofRuns(height, width, runs.finish(pixels))));
    return masks;
  }

  private static void add(Map<Integer, RunBuilder> builders, int id, int from, int to) {
    RunBuilder runs = builders.computeIfAbsent(id, key -> new RunBuilder());
    runs.background(from);
    runs.run(to - from, true);
  }
}
