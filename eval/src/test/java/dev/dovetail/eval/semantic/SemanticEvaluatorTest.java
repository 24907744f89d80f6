package dev.dovetail.eval.semantic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dovetail.eval.coco.Fixtures;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class SemanticEvaluatorTest {

  @TestFactory
  Stream<DynamicTest> areasAreExactAndRatiosEqualTheReference() {
    return Fixtures.having("num_classes").each(SemanticEvaluatorTest::check);
  }

  private static void check(Path folder) throws IOException {
    JsonNode expected = new ObjectMapper().readTree(folder.resolve("expected.json").toFile());
    SemanticEvaluator evaluator =
        new SemanticEvaluator(expected.get("num_classes").asInt(), mapping(expected));
    List<Path> labels = sorted(folder.resolve("gt"));
    List<Path> predictions = sorted(folder.resolve("pred"));
    assertEquals(labels.size(), predictions.size());
    for (int i = 0; i < labels.size(); i++) {
      evaluator.accumulate(LabelPng.read(labels.get(i)), LabelPng.read(predictions.get(i)));
    }
    SemanticEvaluation evaluation = evaluator.summarise();
    JsonNode areas = expected.get("areas");
    assertArrayEquals(longs(areas.get("intersect")), evaluation.intersect());
    assertArrayEquals(longs(areas.get("union")), evaluation.union());
    assertArrayEquals(longs(areas.get("pred")), evaluation.predicted());
    assertArrayEquals(longs(areas.get("label")), evaluation.labelled());
    JsonNode perClass = expected.get("per_class");
    assertEquals(perClass.size(), evaluation.perClass().size());
    evaluation
        .perClass()
        .forEach((name, v) -> assertArrayEquals(doubles(perClass.get(name)), v, 0.0, name));
    JsonNode summary = expected.get("summary_float64");
    assertEquals(summary.size(), evaluation.summary().size());
    evaluation
        .summary()
        .forEach((name, v) -> assertEquals(summary.get(name).asDouble(), v, 0.0, name));
    JsonNode withZero = expected.get("mean_with_nan_to_num_0");
    Map<String, Double> known = evaluation.withUnknown(0).summary();
    withZero
        .properties()
        .forEach(e -> assertEquals(e.getValue().asDouble(), known.get("m" + e.getKey()), 0.0));
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new ObjectMapper().createGenerator(text)) {
      SemanticReport.writeJson(json, evaluation);
    }
    JsonNode written = new ObjectMapper().readTree(text.toString());
    for (String key : List.of("num_classes", "areas", "per_class", "summary_float64")) {
      assertEquals(expected.get(key), written.get(key), key);
    }
    JsonNode confusion = expected.path("confusion_rows_label");
    for (int l = 0; l < confusion.size(); l++) {
      for (int p = 0; p < confusion.get(l).size(); p++) {
        assertEquals(confusion.get(l).get(p).asLong(), evaluation.confusion(l, p));
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> withUnknownAsZeroTheMeanIsThatOfAde20ksOwnScript() {
    return Fixtures.having("official_sceneparse")
        .each(SemanticEvaluatorTest::compareWithOfficialScript);
  }

  private static void compareWithOfficialScript(Path folder) throws IOException {
    JsonNode expected = new ObjectMapper().readTree(folder.resolve("expected.json").toFile());
    JsonNode official = expected.get("official_sceneparse");
    SemanticEvaluator evaluator =
        new SemanticEvaluator(expected.get("num_classes").asInt(), mapping(expected));
    for (Path labels : sorted(folder.resolve("gt"))) {
      String name = labels.getFileName().toString();
      // "evaluation over all images except 00006"
      if (!official.get("note").asText().contains("except " + name.replace(".png", ";"))) {
        evaluator.accumulate(
            LabelPng.read(labels), LabelPng.read(folder.resolve("pred").resolve(name)));
      }
    }
    SemanticEvaluation evaluation = evaluator.summarise().withUnknown(0);
    assertArrayEquals(doubles(official.get("iou")), evaluation.iou(), 1e-12);
    assertEquals(official.get("mean_iou").asDouble(), evaluation.summary().get("mIoU"), 1e-12);
    assertEquals(official.get("pixel_accuracy").asDouble(), evaluation.overallAccuracy(), 1e-12);
  }

  @Test
  void cocoStuffHas171ClassesAndIgnoresUnusedValues() {
    int[] lookup = LabelMapping.cocoStuff().lookup(256, 171);
    assertEquals(10, lookup[10]);
    assertEquals(LabelMapping.IGNORED, lookup[11]);
    assertEquals(11, lookup[12]);
    assertEquals(79, lookup[89]);
    assertEquals(80, lookup[91]);
    assertEquals(170, lookup[181]);
    assertEquals(LabelMapping.IGNORED, lookup[182]);
    assertEquals(LabelMapping.IGNORED, lookup[255]);
  }

  /** Returns the files of a directory by name. Those of ground truth and prediction correspond. */
  private static List<Path> sorted(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private static LabelMapping mapping(JsonNode expected) {
    int ignore = expected.get("ignore_index").asInt();
    if (expected.get("reduce_zero_label").asBoolean()) {
      return LabelMapping.reduceZeroLabel(ignore);
    }
    if (!expected.has("label_map")) {
      return LabelMapping.identity(ignore);
    }
    Map<Integer, Integer> table = new HashMap<>();
    expected
        .get("label_to_train_id")
        .properties()
        .forEach(e -> table.put(Integer.parseInt(e.getKey()), e.getValue().asInt()));
    LabelMapping mapping = LabelMapping.table(table, ignore);
    if (expected.get("label_map").asText().equals("cityscapes")) {
      assertEquals(mapping, LabelMapping.cityscapes());
    }
    return mapping;
  }

  @Test
  void everySlicingAndWidthMatchesANaiveLoop() {
    for (long seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      int classes = 1 + random.nextInt(20);
      LabelMapping mapping =
          random.nextBoolean() ? LabelMapping.identity(255) : LabelMapping.reduceZeroLabel(255);
      SemanticEvaluator whole = new SemanticEvaluator(classes, mapping);
      SemanticEvaluator wide = whole.slice();
      SemanticEvaluator[] slices = {whole.slice(), whole.slice(), whole.slice()};
      long[] intersect = new long[classes];
      long[] predicted = new long[classes];
      long[] labelled = new long[classes];
      for (int image = 0; image < 6; image++) {
        Size size = new Size(1 + random.nextInt(12), 1 + random.nextInt(12));
        byte[] label = blobs(random, (int) size.pixels(), classes + 2);
        byte[] prediction =
            random.nextInt(3) == 0 ? label : blobs(random, (int) size.pixels(), classes);
        LabelMap l = new LabelMap.Bytes(size, label);
        LabelMap p = new LabelMap.Bytes(size, prediction);
        whole.accumulate(l, p);
        slices[random.nextInt(3)].accumulate(l, p);
        wide.accumulate(widened(l), random.nextBoolean() ? p : widened(p));
        int[] lookup = mapping.lookup(256, classes);
        for (int i = 0; i < (int) size.pixels(); i++) {
          int c = lookup[l.at(i)];
          if (c == LabelMapping.IGNORED) {
            continue;
          }
          if (c < classes) {
            labelled[c]++;
          }
          if (p.at(i) < classes) {
            predicted[p.at(i)]++;
            if (p.at(i) == c) {
              intersect[c]++;
            }
          }
        }
      }
      slices[2].merge(slices[0]);
      slices[1].merge(slices[2]);
      for (SemanticEvaluator e : List.of(whole, wide, slices[1])) {
        SemanticEvaluation evaluation = e.summarise();
        assertArrayEquals(intersect, evaluation.intersect(), "seed " + seed);
        assertArrayEquals(predicted, evaluation.predicted(), "seed " + seed);
        assertArrayEquals(labelled, evaluation.labelled(), "seed " + seed);
      }
    }
  }

  @Test
  void differentSizesAreRejectedWithBothSizes() {
    SemanticEvaluator evaluator = new SemanticEvaluator(3, LabelMapping.identity(255));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                evaluator.accumulate(
                    new LabelMap.Bytes(new Size(2, 3), new byte[6]),
                    new LabelMap.Bytes(new Size(3, 3), new byte[9])));
    assertTrue(e.getMessage().contains("the same size"), e.getMessage());
  }

  @Test
  void percentagesAreRoundedLikeNumpy() {
    assertEquals("39.90", SemanticReport.percent(0.3989840400571966));
    assertEquals("12.34", SemanticReport.percent(0.12345));
    assertEquals("nan", SemanticReport.percent(Double.NaN));
  }

  private static LabelMap widened(LabelMap map) {
    short[] wide = new short[(int) map.size().pixels()];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = (short) map.at(i);
    }
    return new LabelMap.Shorts(map.size(), wide);
  }

  private static byte[] blobs(Random random, int size, int values) {
    byte[] map = new byte[size];
    for (int i = 0; i < size; ) {
      int value = random.nextInt(8) == 0 ? 255 : random.nextInt(values);
      for (int n = 1 + random.nextInt(30); n > 0 && i < size; n--) {
        map[i++] = (byte) value;
      }
    }
    return map;
  }

  private static long[] longs(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToLong(JsonNode::asLong).toArray();
  }

  private static double[] doubles(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .mapToDouble(v -> v.isNull() ? Double.NaN : v.asDouble())
        .toArray();
  }
}
