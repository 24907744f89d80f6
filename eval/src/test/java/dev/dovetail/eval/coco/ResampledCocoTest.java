package dev.dovetail.eval.coco;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.eval.bootstrap.Bootstrap;
import dev.dovetail.eval.bootstrap.Comparison;
import dev.dovetail.eval.bootstrap.Difference;
import dev.dovetail.eval.bootstrap.Resamplable;
import dev.dovetail.eval.coco.matching.ImageDetections;
import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.coco.params.IouType;
import dev.dovetail.formats.Box;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoAnnotation;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoImage;
import dev.dovetail.formats.coco.CocoResults;
import dev.dovetail.formats.mask.Segmentation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ResampledCocoTest {

  private static final double ROUNDING = 1e-12;
  private static final int CATEGORIES = 4;

  @TestFactory
  Stream<DynamicTest> withEachImageOnceTheNumbersAreThoseOfTheReference() {
    return Fixtures.having("iou_type")
        .where("dt.json", f -> !Fixtures.expected(f).path("overrides").path("dt").isArray())
        .each(ResampledCocoTest::check);
  }

  private static void check(Path folder) throws IOException {
    JsonNode expected = Fixtures.expected(folder);
    Warnings warnings = new Warnings(Strictness.LENIENT);
    CocoEvaluator evaluator =
        CocoEvaluator.of(
            CocoDataset.read(Fixtures.input(folder, expected, "gt"), warnings),
            CocoResults.read(Fixtures.input(folder, expected, "dt"), warnings),
            Fixtures.params(expected),
            warnings);
    Resamplable resamplable = evaluator.resamplable();
    double[] values = resamplable.values(once(resamplable.images()));
    int names = resamplable.names().size();
    for (int i = 0; i < names; i++) {
      assertNumber(expected.get("stats").get(i).asDouble(), values[i], resamplable.names().get(i));
    }
    Map<Long, Double> perCategory = new HashMap<>();
    for (JsonNode category : expected.get("per_category")) {
      perCategory.put(category.get("id").asLong(), category.get("AP").asDouble());
    }
    List<CocoCategory> categories = evaluator.summarise().categories();
    for (int k = 0; k < categories.size(); k++) {
      long id = categories.get(k).id();
      assertNumber(perCategory.getOrDefault(id, -1.0), values[names + k], "category " + id);
    }
  }

  private static void assertNumber(double expected, double actual, String name) {
    assertEquals(expected == -1 ? Double.NaN : expected, actual, ROUNDING, name);
  }

  private static int[] once(int images) {
    int[] once = new int[images];
    Arrays.fill(once, 1);
    return once;
  }

  @Test
  void anImageWeightEqualsCopiesOfTheImage() throws IOException {
    for (long seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      int images = 1 + random.nextInt(8);
      int[] times = random.ints(images, 0, 4).toArray();
      List<int[]> truths = new ArrayList<>();
      List<ImageDetections> detections = new ArrayList<>();
      for (int i = 0; i < images; i++) {
        truths.add(random.ints(4 * random.nextInt(6), 0, 20).toArray());
        detections.add(detections(random, i));
      }
      Resamplable weighed = evaluator(truths, detections, once(images)).resamplable();
      if (Arrays.stream(times).sum() == 0) {
        assertTrue(Arrays.stream(weighed.values(times)).allMatch(Double::isNaN), "seed " + seed);
        continue;
      }
      CocoEvaluation copied = evaluator(truths, detections, times).summarise();
      double[] values = weighed.values(times);
      double[] stats = copied.stats();
      for (int i = 0; i < stats.length; i++) {
        assertNumber(stats[i], values[i], "seed " + seed + ", " + weighed.names().get(i));
      }
      for (int k = 0; k < CATEGORIES; k++) {
        assertNumber(
            copied.perCategory().get(k).values().get("AP"),
            values[stats.length + k],
            "seed " + seed + ", category " + k);
      }
    }
  }

  @Test
  void theOrderOfImagesDoesNotChangeTheMetrics() throws IOException {
    for (long seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      List<int[]> truths = new ArrayList<>();
      List<ImageDetections> detections = new ArrayList<>();
      for (int i = 0; i < 7; i++) {
        truths.add(random.ints(12, 0, 20).toArray());
        detections.add(detections(random, i));
      }
      int[] times = random.ints(7, 0, 3).toArray();
      Resamplable forward = evaluator(truths, detections, once(7)).resamplable();
      List<ImageDetections> backward = new ArrayList<>(detections);
      java.util.Collections.reverse(backward);
      assertTrue(
          Arrays.equals(
              forward.values(times),
              evaluator(truths, backward, once(7)).resamplable().values(times)),
          "seed " + seed);
    }
  }

  @Test
  void aBetterResultIsDistinguishedFromAWorseOneButNotFromItself() throws IOException {
    Random random = new Random(5);
    List<int[]> truths = new ArrayList<>();
    List<ImageDetections> good = new ArrayList<>();
    List<ImageDetections> bad = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      int[] truth = random.ints(4 * 5, 0, 20).toArray();
      truths.add(truth);
      good.add(found(random, i, truth, 0.9));
      bad.add(found(random, i, truth, 0.6));
    }
    Resamplable one = evaluator(truths, good, once(120)).resamplable();
    Resamplable other = evaluator(truths, bad, once(120)).resamplable();
    Bootstrap bootstrap = new Bootstrap(300, 1, 0.95);
    Difference ap = bootstrap.compare(one, other).numbers().get(0);
    assertTrue(ap.low() > 0.1 && ap.low() < ap.difference() && ap.difference() < ap.high());
    assertEquals(CATEGORIES, bootstrap.compare(one, other).moved().size());
    Comparison same = bootstrap.compare(one, one);
    for (Difference d : same.numbers()) {
      if (!Double.isNaN(d.value())) {
        assertEquals(List.of(0.0, 0.0, 0.0), List.of(d.difference(), d.low(), d.high()), d.name());
      }
    }
  }

  /** Returns detections that find a fraction of an image's boxes. */
  private static ImageDetections found(Random random, int image, int[] truth, double share) {
    int n = truth.length / 4;
    double[] boxes = new double[4 * n];
    long[] categories = new long[n];
    for (int i = 0; i < n; i++) {
      boolean hit = random.nextDouble() < share;
      System.arraycopy(box(truth, i, hit ? 0 : 200), 0, boxes, 4 * i, 4);
      categories[i] = 1 + truth[4 * i] % CATEGORIES;
    }
    return ImageDetections.ofBoxes(image, boxes, random.doubles(n).toArray(), categories);
  }

  private static double[] box(int[] truth, int i, double shift) {
    return new double[] {
      truth[4 * i + 1] * 3 + shift, truth[4 * i + 2] * 3, 4 + 6 * truth[4 * i + 3], 40
    };
  }

  private static ImageDetections detections(Random random, int image) {
    int n = random.nextInt(14);
    double[] boxes = random.doubles(4L * n, 5, 90).map(Math::rint).toArray();
    // Different scores within an image, because copies of tied detections would have another order.
    double[] scores = new double[n];
    for (int i = 0; i < n; i++) {
      scores[i] = (1 + i + 14 * random.nextInt(3)) / 50.0;
    }
    return ImageDetections.ofBoxes(
        image, boxes, scores, random.longs(n, 1, CATEGORIES + 1).toArray());
  }

  /** Evaluates a number of copies of each image. The ids of copies follow that of the first. */
  private static CocoEvaluator evaluator(
      List<int[]> truths, List<ImageDetections> detections, int[] times) throws IOException {
    List<CocoImage> images = new ArrayList<>();
    List<CocoAnnotation> annotations = new ArrayList<>();
    for (int i = 0; i < times.length; i++) {
      for (int copy = 0; copy < times[i]; copy++) {
        long id = 10L * i + copy;
        images.add(new CocoImage(id, 300, 300, ""));
        int[] truth = truths.get(i);
        for (int t = 0; t < truth.length / 4; t++) {
          double[] b = box(truth, t, 0);
          annotations.add(
              new CocoAnnotation(
                  annotations.size() + 1L,
                  id,
                  1L + truth[4 * t] % CATEGORIES,
                  new Box(b[0], b[1], b[2], b[3]),
                  b[2] * b[3],
                  truth[4 * t] == 19 ? CocoAnnotation.Crowd.YES : CocoAnnotation.Crowd.NO,
                  new Segmentation.Absent()));
        }
      }
    }
    CocoDataset dataset =
        new CocoDataset(
            "test",
            images,
            IntStream.rangeClosed(1, CATEGORIES)
                .mapToObj(k -> new CocoCategory(k, "c" + k, ""))
                .toList(),
            annotations);
    CocoEvaluator evaluator =
        new CocoEvaluator(
            dataset, CocoParams.of(IouType.BBOX).toBuilder().maxDets(1, 3, 100).build());
    for (ImageDetections d : detections) {
      for (int copy = 0; copy < times[(int) d.imageId()]; copy++) {
        evaluator.accumulate(
            ImageDetections.ofBoxes(
                10 * d.imageId() + copy,
                d.boxes(),
                d.scores(),
                IntStream.range(0, d.size()).mapToLong(d::categoryId).toArray()));
      }
    }
    return evaluator;
  }
}
