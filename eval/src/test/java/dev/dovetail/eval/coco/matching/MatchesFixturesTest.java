package dev.dovetail.eval.coco.matching;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dovetail.eval.coco.Fixtures;
import dev.dovetail.eval.coco.params.AreaRange;
import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.sort.ScoreOrder;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoResults;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Compares the match of every detection with the fixtures that contain it. */
class MatchesFixturesTest {

  @TestFactory
  Stream<DynamicTest> everyDetectionIsTrueFalseOrIgnoredAsInTheReference() {
    return Fixtures.having("matches_file").each(MatchesFixturesTest::check);
  }

  private static void check(Path folder) throws IOException {
    JsonNode expected = Fixtures.expected(folder);
    Warnings warnings = new Warnings(Strictness.LENIENT);
    CocoDataset dataset = CocoDataset.read(Fixtures.input(folder, expected, "gt"), warnings);
    CocoResults results = CocoResults.read(Fixtures.input(folder, expected, "dt"), warnings);
    CocoParams params = Fixtures.params(expected);
    GroundTruths truths = new GroundTruths(dataset, params);
    ResultImages images = new ResultImages(truths, results, warnings);
    for (JsonNode record : records(folder.resolve(expected.get("matches_file").asText()))) {
      int image = truths.image(record.get("image_id").asLong());
      int category = truths.category(record.get("category_id").asLong());
      int[] range = truthsOf(truths, image, category);
      AreaRange area = area(params, Fixtures.doubles(record.get("area_rng")));
      String at = "image " + record.get("image_id") + ", category " + record.get("category_id");

      assertArrayEquals(
          Fixtures.longs(record.get("gt_ids")), ids(dataset, truths, range, area), at);
      assertArrayEquals(Fixtures.longs(record.get("dt_ids")), ids(results, record, params), at);
      ImageDetections detections = images.image(image);
      int[] rows =
          IntStream.range(0, detections.size())
              .filter(row -> truths.category(detections.categoryId(row)) == category)
              .toArray();
      ScoreOrder.sort(rows, 0, rows.length, detections.scores());
      int n = record.get("dt_ids").size();
      MatchedDetections matched =
          new MatchedDetections(params.areas().size() * params.iouThresholds().length);
      new Matcher(truths, params).match(detections, rows, n, range[0], range[1], matched);
      for (int t = 0; t < params.iouThresholds().length; t++) {
        int cell = params.areas().indexOf(area) * params.iouThresholds().length + t;
        for (int d = 0; d < n; d++) {
          assertEquals(state(record, t, d), matched.state(d, cell), at + ", threshold " + t);
        }
      }
    }
  }

  private static int state(JsonNode record, int t, int d) {
    if (record.get("dt_ignore").get(t).get(d).asInt() != 0) {
      return MatchedDetections.IGNORED;
    }
    return record.get("dt_matches").get(t).get(d).asLong() != 0
        ? MatchedDetections.TRUE_POSITIVE
        : MatchedDetections.FALSE_POSITIVE;
  }

  /** Returns the ground truths in the order of the reference: those that count first. */
  private static long[] ids(CocoDataset dataset, GroundTruths truths, int[] range, AreaRange area) {
    return IntStream.range(range[0], range[1])
        .boxed()
        .sorted(Comparator.comparing(t -> truths.isIgnored(t, area)))
        .mapToLong(t -> dataset.annotations().get(truths.annotation(t)).id())
        .toArray();
  }

  /** Returns the rows of an image and category by score. In the reference, they start at 1. */
  private static long[] ids(CocoResults results, JsonNode record, CocoParams params) {
    int most = params.maxDets()[params.maxDets().length - 1];
    return IntStream.range(0, results.size())
        .filter(row -> results.imageId(row) == record.get("image_id").asLong())
        .filter(row -> results.categoryId(row) == record.get("category_id").asLong())
        .boxed()
        .sorted(Comparator.comparingDouble(row -> 0.0 - results.score(row)))
        .limit(most)
        .mapToLong(row -> row + 1L)
        .toArray();
  }

  private static int[] truthsOf(GroundTruths truths, int image, int category) {
    int[] found =
        IntStream.range(truths.start(image), truths.start(image + 1))
            .filter(t -> truths.categoryOf(t) == category)
            .toArray();
    return found.length == 0 ? new int[] {0, 0} : new int[] {found[0], found[found.length - 1] + 1};
  }

  private static AreaRange area(CocoParams params, double[] limits) {
    return params.areas().stream()
        .filter(a -> Arrays.equals(limits, new double[] {a.low(), a.high()}))
        .findFirst()
        .orElseThrow();
  }

  private static JsonNode records(Path file) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return new ObjectMapper().readTree(in);
    }
  }
}
