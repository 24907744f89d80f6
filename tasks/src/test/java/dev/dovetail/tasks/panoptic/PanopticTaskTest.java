package dev.dovetail.tasks.panoptic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.panoptic.PanopticMap;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.network.QueryMasks;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.tasks.Inference;
import dev.dovetail.tasks.masks.MaskSize;
import dev.dovetail.tasks.masks.MaskSize.At;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares panoptic segments with a reference in plain Java that follows Mask2Former. */
class PanopticTaskTest {

  private static final int BATCH = 2;
  private static final int QUERIES = 12;
  private static final int CLASSES = 4;
  private static final Size MASKS = new Size(8, 12);
  private static final Size PADDED = new Size(32, 48);
  private static final Size ORIGINAL = new Size(50, 60);

  /**
   * The tolerance within which rounding determines a pixel: two queries nearly tie, or a
   * probability is near 0.5.
   */
  private static final int MOST_PIXELS = 1;

  /**
   * The tolerance if a query also wins pixels far from all masks: sigmoids there are near 0, and
   * ONNX Runtime's are exact to about 1e-7.
   */
  private static final int MOST_FAR_PIXELS = 25;

  private static final PanopticInference INFERENCE =
      PanopticInference.ofAuthors(0.6, 0.7, List.of(0, 1));

  /** Images cover 27x36 of the input, so both axes have padding. */
  private static final Inference IMAGES = new Inference(PADDED, new Size(27, 36), ORIGINAL);

  /** Random predictions that are exactly representable in half precision. */
  private record Case(long seed, double[][][] logits, double[][][][] masks) {

    static Case random(long seed) {
      Random random = new Random(seed);
      double[][][] logits = new double[BATCH][QUERIES][CLASSES + 1];
      double[][][][] masks = new double[BATCH][QUERIES][MASKS.height()][MASKS.width()];
      for (int b = 0; b < BATCH; b++) {
        for (int q = 0; q < QUERIES; q++) {
          for (int c = 0; c <= CLASSES; c++) {
            logits[b][q][c] = rounded(3 * random.nextGaussian());
          }
          blob(random, masks[b][q]);
        }
      }
      return new Case(seed, logits, masks);
    }

    /** A round mask with an irregular edge. */
    private static void blob(Random random, double[][] mask) {
      double cy = random.nextDouble() * mask.length;
      double cx = random.nextDouble() * mask[0].length;
      double radius = 1 + 3 * random.nextDouble();
      for (int y = 0; y < mask.length; y++) {
        for (int x = 0; x < mask[0].length; x++) {
          double far = Math.hypot(y - cy, x - cx) / radius;
          mask[y][x] = rounded(Math.max(-12, 5 * (1 - far) + random.nextGaussian()));
        }
      }
    }

    private static double rounded(double value) {
      return Math.rint(value * 64) / 64;
    }

    List<PanopticMap> run(PanopticInference inference, Precision precision) throws IOException {
      float[] classLogits = new float[BATCH * QUERIES * (CLASSES + 1)];
      float[] maskLogits = new float[BATCH * QUERIES * (int) MASKS.pixels()];
      int c = 0;
      int m = 0;
      for (int b = 0; b < BATCH; b++) {
        for (int q = 0; q < QUERIES; q++) {
          for (double value : logits[b][q]) {
            classLogits[c++] = (float) value;
          }
          for (double[] row : masks[b][q]) {
            for (double value : row) {
              maskLogits[m++] = (float) value;
            }
          }
        }
      }
      PanopticTask task = new PanopticTask(CLASSES, inference);
      Map<String, TensorData> outputs =
          IMAGES.run(
              task,
              QueryMasks.class,
              t -> new QueryMasks(t.get("logits"), t.get("masks")),
              Map.of(
                  "logits", TensorData.of(classLogits, BATCH, QUERIES, CLASSES + 1),
                  "masks",
                      TensorData.of(maskLogits, BATCH, QUERIES, MASKS.height(), MASKS.width())),
              precision);
      return List.of(task.decode(outputs, 0, ORIGINAL), task.decode(outputs, 1, ORIGINAL));
    }

    PanopticReference.Result reference(PanopticInference inference, int image) {
      return new PanopticReference(logits[image], masks[image], inference)
          .run(PADDED, IMAGES.resized(), ORIGINAL);
    }

    /** Asserts that the image's segments are those of the reference. */
    void check(PanopticMap actual, PanopticReference.Result expected, int image) {
      check(actual, expected, image, MOST_PIXELS);
    }

    void check(PanopticMap actual, PanopticReference.Result expected, int image, int most) {
      String where = "seed " + seed + ", image " + image;
      assertEquals(ORIGINAL, actual.map().size(), where);
      assertEquals(expected.segments().size(), actual.segments().size(), where);
      int[] areas = new int[actual.segments().size() + 1];
      int differing = 0;
      for (int i = 0; i < ORIGINAL.pixels(); i++) {
        int id = actual.map().ids()[i];
        areas[id]++;
        differing += id == expected.ids()[i / ORIGINAL.width()][i % ORIGINAL.width()] ? 0 : 1;
      }
      assertTrue(differing <= most, where + ": " + differing + " pixels differ");
      for (int i = 0; i < actual.segments().size(); i++) {
        PanopticMap.Segment segment = actual.segments().get(i);
        assertEquals(i + 1, segment.id(), where);
        assertEquals(expected.segments().get(i).label(), segment.label(), where);
        assertEquals(expected.segments().get(i).score(), segment.score(), 1e-6, where);
        assertEquals(areas[i + 1], segment.area(), where);
      }
    }
  }

  @Test
  void segmentsAreThoseOfMask2Former() throws IOException {
    int segments = 0;
    int uncertain = 0;
    int overlapped = 0;
    int joined = 0;
    for (long seed = 0; seed < 20; seed++) {
      Case random = Case.random(seed);
      List<PanopticMap> maps = random.run(INFERENCE, Precision.FP32);
      for (int image = 0; image < BATCH; image++) {
        PanopticReference.Result expected = random.reference(INFERENCE, image);
        random.check(maps.get(image), expected, image);
        segments += expected.segments().size();
        uncertain += expected.uncertain();
        overlapped += expected.overlapped();
        joined += expected.joined();
      }
    }
    int least = Math.min(Math.min(segments, uncertain), Math.min(overlapped, joined));
    assertTrue(least >= 10, segments + ", " + uncertain + ", " + overlapped + ", " + joined);
  }

  /** The rules of transformers, together and each on its own. */
  static List<PanopticInference> others() {
    List<Integer> stuff = List.of(0, 1);
    MaskSize original = MaskSize.of(At.ORIGINAL);
    MaskSize fixed = new MaskSize(At.FIXED, List.of(20, 16));
    return List.of(
        new PanopticInference(0.6, 0.7, stuff, 0.5, fixed, true, true, true),
        new PanopticInference(0.6, 0.7, stuff, 0.3, MaskSize.of(At.NETWORK), true, true, true),
        new PanopticInference(0.6, 0.7, stuff, 0.5, MaskSize.of(At.INPUT), false, false, false),
        new PanopticInference(0.6, 0.7, stuff, 0.4, original, true, false, false),
        new PanopticInference(0.6, 0.7, stuff, 0.5, original, false, true, false),
        new PanopticInference(0.6, 0.7, stuff, 0.5, original, false, false, true));
  }

  @ParameterizedTest
  @MethodSource("others")
  void segmentsFollowTheOptions(PanopticInference inference) throws IOException {
    int segments = 0;
    for (long seed = 60; seed < 68; seed++) {
      Case random = Case.random(seed);
      List<PanopticMap> maps = random.run(inference, Precision.FP32);
      for (int image = 0; image < BATCH; image++) {
        PanopticReference.Result expected = random.reference(inference, image);
        int most = inference.wholeWins() ? MOST_FAR_PIXELS : MOST_PIXELS;
        random.check(maps.get(image), expected, image, most);
        segments += expected.segments().size();
      }
    }
    assertTrue(segments >= 10, segments + " segments");
  }

  /** 4/5 exceeds 0.8 in float32, as transformers compares them, and equals it in float64. */
  @Test
  void theRemainingFractionIsComparedAsInTheReferences() {
    PanopticInference authors = PanopticInference.ofAuthors(0.5, 0.5, List.of());
    MaskSize original = authors.masks();
    PanopticInference strict =
        new PanopticInference(0.5, 0.5, List.of(), 0.5, original, false, false, true);
    assertTrue(authors.keeps(1, 2));
    assertFalse(strict.keeps(1, 2));
    assertFalse(authors.keeps(0, 0));
    assertFalse(authors.keeps(3, 0));
    PanopticInference fifths =
        new PanopticInference(0.5, 0.8, List.of(), 0.5, original, false, false, true);
    assertTrue(fifths.keeps(4, 5));
  }

  @Test
  void withoutStuffNoSegmentsAreMerged() throws IOException {
    PanopticInference things = PanopticInference.ofAuthors(0.6, 0.7, List.of());
    int most = 0;
    for (long seed = 30; seed < 35; seed++) {
      Case random = Case.random(seed);
      List<PanopticMap> maps = random.run(things, Precision.FP32);
      for (int image = 0; image < BATCH; image++) {
        random.check(maps.get(image), random.reference(things, image), image);
        List<Integer> labels =
            maps.get(image).segments().stream().map(PanopticMap.Segment::label).toList();
        most = Math.max(most, labels.size() - (int) labels.stream().distinct().count());
      }
    }
    assertTrue(most > 0, "no class has two segments");
  }

  @Test
  void anImageWithoutConfidentQueriesIsVoidButOthersAreNot() throws IOException {
    Case random = Case.random(40);
    for (double[] query : random.logits()[0]) {
      Arrays.fill(query, 0, CLASSES, 0);
      query[CLASSES] = 6; // certain that there is no object
    }
    List<PanopticMap> maps = random.run(INFERENCE, Precision.FP32);
    assertEquals(List.of(), maps.get(0).segments());
    assertTrue(Arrays.stream(maps.get(0).map().ids()).allMatch(id -> id == 0));
    PanopticReference.Result expected = random.reference(INFERENCE, 1);
    assertTrue(!expected.segments().isEmpty());
    random.check(maps.get(1), expected, 1);
  }

  @Test
  void aBatchWithoutConfidentQueriesHasNoSegments() throws IOException {
    PanopticInference never = PanopticInference.ofAuthors(1, 0.7, List.of());
    for (PanopticMap map : Case.random(41).run(never, Precision.FP32)) {
      assertEquals(new PanopticMap(map.map(), List.of()), map);
      assertTrue(Arrays.stream(map.map().ids()).allMatch(id -> id == 0));
    }
  }

  /** Outside all masks, a query may win pixels but does not cover any. */
  @Test
  void anEmptyMaskIsNotASegment() throws IOException {
    Case random = Case.random(42);
    for (double[][] mask : random.masks()[0]) {
      for (double[] row : mask) {
        Arrays.fill(row, -200); // its sigmoid is 0 in float32
      }
    }
    PanopticMap map = random.run(INFERENCE, Precision.FP32).get(0);
    assertEquals(List.of(), map.segments());
  }

  @Test
  void halfPrecisionOfTheNetworkDoesNotAffectPostProcessing() throws IOException {
    Case random = Case.random(50);
    List<PanopticMap> single = random.run(INFERENCE, Precision.FP32);
    List<PanopticMap> half = random.run(INFERENCE, Precision.FP16);
    for (int image = 0; image < BATCH; image++) {
      assertEquals(single.get(image).segments(), half.get(image).segments());
      assertEquals(-1, Arrays.mismatch(single.get(image).map().ids(), half.get(image).map().ids()));
      random.check(half.get(image), random.reference(INFERENCE, image), image);
    }
  }

  @Test
  void stuffIsOneOfTheClasses() {
    PanopticInference inference = PanopticInference.ofAuthors(0.8, 0.8, List.of(0, 4));
    String message =
        assertThrows(IllegalArgumentException.class, () -> inference.requireWithin(4)).getMessage();
    assertEquals("'test.stuff' has 4, but the model's classes are 0 to 3", message);
    assertEquals(inference, inference.requireWithin(5));
  }
}
