package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.testing.FixtureFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code score} on every evaluation fixture with a supported type. */
class ScoreFixturesTest {

  @TempDir Path folder;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Keys that describe the origin of an expectation, or refer to another file. */
  private static final Set<String> NO_RESULT =
      Set.of(
          "reference",
          "note",
          "gt",
          "dt",
          "overrides",
          "per_category_note",
          "stats_numpy2",
          "array_files",
          "matches_file");

  @TestFactory
  Stream<DynamicTest> objectsGetTheNumbersOfTheReferenceBitByBit() {
    return folders("iou_type").each(ScoreFixturesTest::scoreObjects);
  }

  @TestFactory
  Stream<DynamicTest> labelMapsGetTheNumbersOfMmsegmentation() {
    return folders("summary_float64").each(ScoreFixturesTest::scoreLabelMaps);
  }

  @TestFactory
  Stream<DynamicTest> segmentsGetTheNumbersOfPanopticapiBitByBit() {
    return folders("overall").each(ScoreFixturesTest::scoreSegments);
  }

  private static void scoreSegments(Path folder) throws IOException {
    JsonNode expected = expected(folder);
    List<Object> args = new ArrayList<>(List.of("score", "--json", "--type", "panoptic"));
    args.addAll(List.of("--gt", folder.resolve("gt.json"), "--dt", folder.resolve("pred.json")));
    args.addAll(List.of("--gt-images", folder.resolve("gt")));
    args.addAll(List.of("--dt-images", folder.resolve("pred")));
    JsonNode written = JSON.readTree(CommandLineRun.of(args.toArray()).succeeded().out());
    for (JsonNode category : written.get("per_category")) {
      ((ObjectNode) category).remove("name");
    }
    for (String key : List.of("overall", "per_category")) {
      assertEquals(expected.get(key), written.get(key), key);
    }
  }

  @TestFactory
  Stream<DynamicTest> wrongFilesEndInOneSentenceAndOddOnesInTheNumbersOfTheReference() {
    return folders("cases")
        .flatEach(
            folder ->
                StreamSupport.stream(expected(folder).get("cases").spliterator(), false)
                    .map(
                        c ->
                            DynamicTest.dynamicTest(
                                c.get("name").asText(), () -> score(folder, c))));
  }

  /** Cases in which the reference's number is misleading, so that an error is better. */
  private static void score(Path folder, JsonNode c) throws IOException {
    CommandLineRun run =
        CommandLineRun.of(
            "score",
            "--json",
            "--type",
            c.get("iou_type").asText(),
            "--gt",
            folder.resolve(c.get("gt").asText()),
            "--dt",
            folder.resolve(c.get("dt").asText()));
    if (run.code() == Main.OK) {
      JsonNode stats = JSON.readTree(run.out()).get("stats");
      if (c.has("reference_stats")) {
        assertValues("stats", c.get("reference_stats"), stats);
      } else {
        assertEquals("[]", Files.readString(folder.resolve(c.get("dt").asText())).strip());
      }
    } else {
      run.failed(Main.FAILED, folder.toString());
      assertEquals(1, run.err().lines().count(), run.err());
    }
  }

  @TestFactory
  Stream<DynamicTest> objectsOfEveryTypeAreComparedAndReported() {
    return folders("iou_type").each(this::compareWithItself);
  }

  private void compareWithItself(Path fixture) throws IOException {
    List<Object> args = arguments(fixture);
    Path page = folder.resolve("page");
    args.addAll(List.of("--compare", args.get(args.indexOf("--dt") + 1), "--bootstrap", "5"));
    args.addAll(List.of("--report", page));
    JsonNode written = JSON.readTree(CommandLineRun.of(args.toArray()).succeeded().out());
    JsonNode numbers = written.get("comparison").get("numbers");
    assertEquals(written.get("stats").size(), numbers.size());
    numbers.forEach(number -> assertEquals(0, number.get("difference").asDouble()));
    assertTrue(Files.readString(page.resolve("index.html")).contains("</html>"));
  }

  private static void scoreObjects(Path folder) throws IOException {
    JsonNode expected = expected(folder);
    JsonNode written =
        JSON.readTree(CommandLineRun.of(arguments(folder).toArray()).succeeded().out());
    for (JsonNode category : written.get("per_category")) {
      ((ObjectNode) category).remove("name");
    }
    for (Map.Entry<String, JsonNode> entry : expected.properties()) {
      if (!NO_RESULT.contains(entry.getKey()) && !entry.getValue().isNull()) {
        assertValues(entry.getKey(), entry.getValue(), written.path(entry.getKey()));
      }
    }
  }

  /** Returns the options that request the numbers that a directory expects, as JSON. */
  private static List<Object> arguments(Path folder) throws IOException {
    JsonNode expected = expected(folder);
    List<Object> args = new ArrayList<>(List.of("score", "--json", "--hashes"));
    args.addAll(List.of("--type", expected.get("iou_type").asText().replace('_', '-')));
    args.addAll(List.of("--gt", input(folder, expected, "gt")));
    args.addAll(List.of("--dt", input(folder, expected, "dt")));
    JsonNode overrides = expected.path("overrides");
    if (!overrides.path("use_cats").asBoolean(true)) {
      args.add("--no-cats");
    }
    list(args, overrides, "img_ids", "--img-ids");
    list(args, overrides, "cat_ids", "--cat-ids");
    list(args, overrides, "iou_thrs", "--iou-thrs");
    list(args, overrides, "max_dets", "--max-dets");
    list(args, overrides, "sigmas", "--sigmas");
    if (overrides.has("area_rng")) {
      List<String> ranges = new ArrayList<>();
      for (int i = 0; i < overrides.get("area_rng").size(); i++) {
        JsonNode limits = overrides.get("area_rng").get(i);
        ranges.add(
            String.join(
                ":",
                overrides.get("area_lbl").get(i).asText(),
                limits.get(0).asText(),
                limits.get(1).asText()));
      }
      args.addAll(List.of("--area-ranges", String.join(",", ranges)));
    }
    return args;
  }

  /**
   * Asserts equality, with numbers compared by value: the fixtures write 0.0 where the command
   * writes 0.
   */
  private static void assertValues(String at, JsonNode expected, JsonNode written) {
    if (expected.isNumber()) {
      assertEquals(expected.asDouble(), written.asDouble(Double.NaN), at);
      return;
    }
    assertEquals(expected.getNodeType(), written.getNodeType(), at);
    assertEquals(expected.size(), written.size(), at);
    if (expected.isObject()) {
      expected
          .properties()
          .forEach(
              e -> assertValues(at + "." + e.getKey(), e.getValue(), written.path(e.getKey())));
    } else if (expected.isArray()) {
      for (int i = 0; i < expected.size(); i++) {
        assertValues(at + "[" + i + "]", expected.get(i), written.get(i));
      }
    } else {
      assertEquals(expected, written, at);
    }
  }

  private static void scoreLabelMaps(Path folder) throws IOException {
    JsonNode expected = expected(folder);
    List<Object> args = new ArrayList<>(List.of("score", "--json", "--type", "semantic"));
    args.addAll(List.of("--gt", folder.resolve("gt"), "--dt", folder.resolve("pred")));
    args.addAll(List.of("--classes", expected.get("num_classes")));
    args.addAll(List.of("--ignore-index", expected.get("ignore_index")));
    if (expected.get("reduce_zero_label").asBoolean()) {
      args.add("--reduce-zero-label");
    }
    if (expected.has("label_map")) {
      args.addAll(List.of("--label-map", expected.get("label_map").asText()));
    }
    JsonNode written = JSON.readTree(CommandLineRun.of(args.toArray()).succeeded().out());
    for (String key : List.of("num_classes", "areas", "per_class", "summary_float64")) {
      assertEquals(expected.get(key), written.get(key), key);
    }
  }

  private static void list(List<Object> args, JsonNode overrides, String key, String option) {
    if (overrides.has(key)) {
      args.add(option);
      args.add(
          StreamSupport.stream(overrides.get(key).spliterator(), false)
              .map(JsonNode::asText)
              .collect(Collectors.joining(",")));
    }
  }

  /** Returns the directories whose expectations contain {@code key}, at any depth. */
  private static FixtureFolders folders(String key) {
    return FixtureFolders.below("fixtures/eval", "expected.json")
        .where("expected.json with " + key, folder -> expected(folder).has(key));
  }

  /** Returns the file of {@code kind}, or the directory's own, or its parent's. */
  private static Path input(Path folder, JsonNode expected, String kind) throws IOException {
    if (expected.path("overrides").path(kind).isArray()) {
      Path list = Files.createTempFile("none", ".json");
      list.toFile().deleteOnExit();
      return Files.writeString(list, expected.get("overrides").get(kind).toString());
    }
    for (JsonNode name : List.of(expected.path(kind), expected.path("overrides").path(kind))) {
      if (name.isTextual() && Files.exists(folder.resolve(name.asText()))) {
        return folder.resolve(name.asText()).normalize();
      }
    }
    Path own = folder.resolve(kind + ".json");
    return Files.exists(own) ? own : folder.resolveSibling(kind + ".json");
  }

  private static JsonNode expected(Path folder) {
    try {
      return JSON.readTree(folder.resolve("expected.json").toFile());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
