package dev.dovetail.formats.mask;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dovetail.testing.FixtureFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class RleTest {

  @TestFactory
  Stream<DynamicTest> everyRecordedCaseOfTheReferenceIsReproduced() {
    return FixtureFolders.below("fixtures/eval", "cases.json").flatEach(RleTest::cases);
  }

  private static Stream<DynamicTest> cases(Path folder) {
    List<DynamicTest> tests = new ArrayList<>();
    read(folder.resolve("cases.json"))
        .get("cases")
        .properties()
        .forEach(
            kind -> {
              int n = 0;
              for (JsonNode one : kind.getValue()) {
                String name = kind.getKey() + " " + n++ + " " + one.path("tag").asText();
                tests.add(DynamicTest.dynamicTest(name, () -> check(kind.getKey(), one)));
              }
            });
    return tests.stream();
  }

  private static JsonNode read(Path file) {
    try {
      return new ObjectMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void check(String kind, JsonNode c) {
    int h = c.path("h").asInt();
    int w = c.path("w").asInt();
    switch (kind) {
      case "poly" -> assertMask(c, Rle.ofPolygon(h, w, doubles(c.get("xy"))));
      case "uncompressed" -> {
        Rle mask = Rle.ofRuns(h, w, ints(c.get("runs")));
        assertMask(c, mask);
        assertEquals(mask, Rle.ofCompressed(h, w, mask.compressed()));
      }
      case "merge" -> {
        List<Rle> in = stream(c.get("in")).map(s -> Rle.ofCompressed(h, w, s.asText())).toList();
        assertMask(c, c.get("intersect").asInt() == 1 ? Rle.intersection(in) : Rle.union(in));
      }
      case "box_to_rle" -> {
        double[] b = doubles(c.get("bbox"));
        Rle mask = Rle.ofBox(h, w, b[0], b[1], b[2], b[3]);
        assertEquals(c.get("counts").asText(), mask.compressed());
        assertEquals(c.get("area").asInt(), mask.area());
        assertArrayEquals(ints(c.get("runs")), mask.runs());
      }
      case "polygons_merged" -> {
        double[][] parts = stream(c.get("polygons")).map(RleTest::doubles).toArray(double[][]::new);
        assertMask(c, Rle.ofPolygons(h, w, parts));
      }
      case "iou" -> {
        boolean[] crowd = crowds(c);
        List<Rle> dt = stream(c.get("dt")).map(s -> Rle.ofCompressed(h, w, s.asText())).toList();
        List<Rle> gt = stream(c.get("gt")).map(s -> Rle.ofCompressed(h, w, s.asText())).toList();
        for (int d = 0; d < dt.size(); d++) {
          for (int g = 0; g < gt.size(); g++) {
            double expected = c.get("iou").get(d).get(g).asDouble();
            assertEquals(expected, dt.get(d).iou(gt.get(g), crowd[g]), 0.0);
          }
        }
      }
      case "bbox_iou" -> {
        // Boxes are compared by the evaluator, whose test also uses these cases.
      }
      default -> throw new AssertionError("no check is implemented for cases of the kind " + kind);
    }
  }

  private static void assertMask(JsonNode c, Rle mask) {
    assertEquals(c.get("counts").asText(), mask.compressed());
    assertEquals(c.get("area").asInt(), mask.area());
    if (c.has("bbox")) {
      Rle.Box b = mask.box();
      double[] box = {b.x(), b.y(), b.width(), b.height()};
      assertArrayEquals(doubles(c.get("bbox")), box);
    }
    if (c.has("runs") && c.has("xy")) {
      assertArrayEquals(ints(c.get("runs")), mask.runs());
    }
    Rle again = Rle.ofColumnMajor(mask.height(), mask.width(), mask.toColumnMajor());
    assertEquals(again, Rle.ofRowMajor(mask.height(), mask.width(), mask.toRowMajor()));
    assertEquals(mask.area(), again.area());
  }

  @Test
  void codecAndPixelsRoundTripAndOverlapsEqualAPixelCount() {
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      int h = 1 + random.nextInt(40);
      int w = 1 + random.nextInt(40);
      byte[] a = randomMask(random, h * w);
      byte[] b = randomMask(random, h * w);
      Rle x = Rle.ofColumnMajor(h, w, a);
      Rle y = Rle.ofColumnMajor(h, w, b);
      String where = "seed " + seed;
      assertEquals(x, Rle.ofCompressed(h, w, x.compressed()), where);
      assertArrayEquals(a, x.toColumnMajor(), where);
      assertEquals(x, Rle.ofRowMajor(h, w, x.toRowMajor()), where);
      int inter = 0;
      int union = 0;
      int area = 0;
      for (int i = 0; i < a.length; i++) {
        inter += a[i] & b[i];
        union += a[i] | b[i];
        area += a[i];
      }
      assertEquals(area, x.area(), where);
      assertEquals(inter, x.commonPixels(y), where);
      assertEquals(inter == 0 ? 0 : (double) inter / union, x.iou(y, false), where);
      assertEquals(inter == 0 ? 0 : (double) inter / area, x.iou(y, true), where);
      for (double least : new double[] {0, 0.3, x.iou(y, false), 0.5, 1, 2}) {
        for (boolean crowd : new boolean[] {false, true}) {
          double iou = x.iou(y, crowd);
          assertEquals(iou < least ? 0 : iou, x.iou(y, crowd, least), where + ", least " + least);
        }
      }
      assertEquals(boxOf(h, w, a), x.box(), where);
      assertEquals(union, Rle.union(List.of(x, y)).area(), where);
      assertEquals(inter, Rle.intersection(List.of(x, y)).area(), where);
    }
  }

  private static Rle.Box boxOf(int h, int w, byte[] mask) {
    int[] columns = IntStream.range(0, h * w).filter(i -> mask[i] != 0).map(i -> i / h).toArray();
    int[] rows = IntStream.range(0, h * w).filter(i -> mask[i] != 0).map(i -> i % h).toArray();
    if (rows.length == 0) {
      return new Rle.Box(0, 0, 0, 0);
    }
    IntSummaryStatistics x = IntStream.of(columns).summaryStatistics();
    IntSummaryStatistics y = IntStream.of(rows).summaryStatistics();
    return new Rle.Box(
        x.getMin(), y.getMin(), x.getMax() - x.getMin() + 1, y.getMax() - y.getMin() + 1);
  }

  @Test
  void aRegionEqualsTheSamePixelsInAFullImage() {
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      int h = 1 + random.nextInt(30);
      int w = 1 + random.nextInt(30);
      int x = random.nextInt(w);
      int y = random.nextInt(h);
      int rw = random.nextInt(w - x + 1);
      int rh = random.nextInt(h - y + 1);
      byte[] region = randomMask(random, rw * rh);
      byte[] full = new byte[h * w];
      for (int i = 0; i < rw; i++) {
        for (int j = 0; j < rh; j++) {
          full[(x + i) * h + y + j] = region[i * rh + j];
        }
      }
      assertEquals(
          Rle.ofColumnMajor(h, w, full), Rle.ofRegion(h, w, x, y, rw, rh, region), "seed " + seed);
    }
  }

  @Test
  void unionOfDifferentSizesIsEmptyAndTheirOverlapMinusOne() {
    Rle a = Rle.ofBox(4, 5, 0, 0, 3, 3);
    Rle b = Rle.ofBox(5, 4, 0, 0, 3, 3);
    assertEquals(Rle.empty(0, 0), Rle.union(List.of(a, b)));
    assertEquals(-1, a.iou(b, false));
    assertEquals(0, a.iou(b, false, 0.5));
  }

  @Test
  void runsOfLengthZeroInTheMiddleAreKeptAndIgnored() {
    Rle odd = Rle.ofRuns(2, 5, 2, 0, 1, 3, 0, 2, 2);
    assertArrayEquals(new int[] {2, 0, 1, 3, 0, 2, 2}, odd.runs());
    assertEquals(5, odd.area());
    Rle canonical = Rle.ofRuns(2, 5, 3, 5, 2);
    assertEquals(1.0, odd.iou(canonical, false));
    assertEquals(1.0, canonical.iou(odd, false));
    assertEquals(canonical.box(), odd.box());
  }

  @Test
  void hostileCountStringsAreRejectedWithAMessage() {
    for (String counts : List.of("", "5", "o", "oooooooooo0", "\u00ff", "~", "P", "`000")) {
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class, () -> Rle.ofCompressed(5, 4, counts), counts);
      assertTrue(e.getMessage().contains("mask"), e.getMessage());
    }
    assertThrows(IllegalArgumentException.class, () -> Rle.ofRuns(5, 4, 25, -5));
    assertThrows(IllegalArgumentException.class, () -> Rle.ofRuns(5, 4, 5, 5));
    assertThrows(IllegalArgumentException.class, () -> Rle.empty(1 << 20, 1 << 20));
  }

  @Test
  void farAwayPolygonsAreRejectedNotTraversed() {
    assertThrows(
        IllegalArgumentException.class, () -> Rle.ofPolygon(9, 9, 0, 0, 4e8, 4e8, -4e8, 4e8));
    assertThrows(IllegalArgumentException.class, () -> Rle.ofPolygon(9, 9, 0, 0, 1e300, 0, 1, 1));
    assertThrows(
        IllegalArgumentException.class, () -> Rle.ofPolygon(9, 9, 0, 0, Double.NaN, 0, 1, 1));
  }

  private static byte[] randomMask(Random random, int size) {
    byte[] mask = new byte[size];
    int density = 1 + random.nextInt(6);
    for (int i = 0; i < size; ) {
      byte value = (byte) random.nextInt(2);
      for (int n = 1 + random.nextInt(density * density); n > 0 && i < size; n--) {
        mask[i++] = value;
      }
    }
    return mask;
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static double[] doubles(JsonNode array) {
    return stream(array).mapToDouble(JsonNode::asDouble).toArray();
  }

  private static int[] ints(JsonNode array) {
    return stream(array).mapToInt(JsonNode::asInt).toArray();
  }

  private static boolean[] crowds(JsonNode c) {
    int[] flags = ints(c.get("iscrowd"));
    boolean[] crowd = new boolean[flags.length];
    for (int i = 0; i < crowd.length; i++) {
      crowd[i] = flags[i] != 0;
    }
    return crowd;
  }

  @Test
  void theBoundaryIsTheComplementOfAPixelwiseErosion() {
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      int h = 1 + random.nextInt(24);
      int w = 1 + random.nextInt(24);
      int distance = 1 + random.nextInt(3);
      byte[] mask = new byte[h * w];
      Arrays.fill(mask, (byte) 1);
      for (int holes = random.nextInt(6); holes > 0; holes--) {
        mask[random.nextInt(mask.length)] = 0;
      }
      byte[] expected = new byte[h * w];
      for (int x = 0; x < w; x++) {
        for (int y = 0; y < h; y++) {
          boolean inner = isFull(mask, h, w, x, y, distance);
          expected[x * h + y] = (byte) (mask[x * h + y] != 0 && !inner ? 1 : 0);
        }
      }
      Rle boundary = withZeroRuns(Rle.ofColumnMajor(h, w, mask), random).boundary(distance);
      assertArrayEquals(expected, boundary.toColumnMajor(), "seed " + seed);
      assertEquals(Rle.ofColumnMajor(h, w, expected), boundary, "seed " + seed);
    }
  }

  private static boolean isFull(byte[] mask, int h, int w, int x, int y, int distance) {
    for (int i = x - distance; i <= x + distance; i++) {
      for (int j = y - distance; j <= y + distance; j++) {
        if (i < 0 || j < 0 || i >= w || j >= h || mask[i * h + j] == 0) {
          return false;
        }
      }
    }
    return true;
  }

  /** Returns the mask with a run split by another one of length 0. */
  private static Rle withZeroRuns(Rle mask, Random random) {
    int[] runs = mask.runs();
    int cut = random.nextInt(runs.length);
    int first = random.nextInt(runs[cut] + 1);
    int[] more = new int[runs.length + 2];
    System.arraycopy(runs, 0, more, 0, cut);
    more[cut] = first;
    more[cut + 2] = runs[cut] - first;
    System.arraycopy(runs, cut + 1, more, cut + 3, runs.length - cut - 1);
    return Rle.ofRuns(mask.height(), mask.width(), more);
  }
}
