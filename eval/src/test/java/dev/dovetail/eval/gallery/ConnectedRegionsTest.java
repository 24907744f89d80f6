package dev.dovetail.eval.gallery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.eval.gallery.ConnectedRegions.Region;
import dev.dovetail.formats.Box;
import dev.dovetail.formats.Size;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConnectedRegionsTest {

  private static List<Region> regions(int height, int width, String pixels) {
    return ConnectedRegions.of(
        new Size(height, width), i -> pixels.charAt(i) == '.' ? -1 : pixels.charAt(i) - '0');
  }

  @Test
  void aRegionThatMeetsBelowIsOne() {
    List<Region> found = regions(3, 5, "1.1.2" + "1.1.2" + "111..");
    assertEquals(
        List.of(new Region(1, 7, new Box(0, 0, 3, 3)), new Region(2, 2, new Box(4, 0, 1, 2))),
        found);
  }

  @Test
  void cornersDoNotTouch() {
    assertEquals(2, regions(2, 2, "1..1").size());
    assertEquals(2, regions(1, 2, "12").size());
    assertEquals(0, regions(2, 2, "....").size());
  }

  @Test
  void randomMapsAreCutAsAFloodFillCutsThem() {
    long seed = 7;
    Random random = new Random(seed);
    for (int round = 0; round < 50; round++) {
      int height = 1 + random.nextInt(12);
      int width = 1 + random.nextInt(12);
      int[] map = random.ints((long) height * width, -1, 3).toArray();
      Map<Long, Integer> sizes = new HashMap<>();
      ConnectedRegions.of(new Size(height, width), i -> map[i])
          .forEach(r -> sizes.merge(r.value() * 1000L + r.pixels(), 1, Integer::sum));
      assertEquals(flooded(map, height, width), sizes, "seed " + seed + ", round " + round);
    }
  }

  /** Returns the number of regions by value and size. */
  private static Map<Long, Integer> flooded(int[] map, int height, int width) {
    Map<Long, Integer> sizes = new HashMap<>();
    boolean[] seen = new boolean[map.length];
    for (int start = 0; start < map.length; start++) {
      if (seen[start] || map[start] < 0) {
        continue;
      }
      Deque<Integer> open = new ArrayDeque<>(List.of(start));
      seen[start] = true;
      int pixels = 0;
      while (!open.isEmpty()) {
        int at = open.pop();
        pixels++;
        int x = at % width;
        int y = at / width;
        int[][] around = {{x - 1, y}, {x + 1, y}, {x, y - 1}, {x, y + 1}};
        for (int[] next : around) {
          int i = next[1] * width + next[0];
          boolean inside = next[0] >= 0 && next[0] < width && next[1] >= 0 && next[1] < height;
          if (inside && !seen[i] && map[i] == map[start]) {
            seen[i] = true;
            open.push(i);
          }
        }
      }
      sizes.merge(map[start] * 1000L + pixels, 1, Integer::sum);
    }
    return sizes;
  }
}
