package dev.dovetail.eval.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dovetail.eval.coco.Fixtures;
import dev.dovetail.eval.coco.matching.CocoOverlaps;
import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.coco.params.IouType;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoResults;
import dev.dovetail.testing.FixtureFolders;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Compares with every expected value of tidecv and of the confusion matrix in the fixtures. */
class AnalysisFixturesTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double TIDE = 1e-6;

  private interface Writer {
    void write(JsonGenerator json, DetectionAnalysis analysis) throws IOException;
  }

  @TestFactory
  Stream<DynamicTest> errorsAreThoseOfTidecv() {
    return tests("expected_tide_", AnalysisFixturesTest::checkErrors);
  }

  @TestFactory
  Stream<DynamicTest> confusionMatricesAreEqual() {
    return tests("expected_confusion", AnalysisFixturesTest::checkConfusion);
  }

  private interface Check {
    void of(Path folder, JsonNode expected) throws IOException;
  }

  private static Stream<DynamicTest> tests(String prefix, Check check) {
    return FixtureFolders.below("fixtures/eval", "expected.json")
        .where(prefix + "*.json", folder -> !files(folder, prefix).isEmpty())
        .flatEach(
            folder ->
                files(folder, prefix).stream()
                    .map(
                        file ->
                            DynamicTest.dynamicTest(
                                folder.getFileName() + "/" + file.getFileName(),
                                () -> check.of(folder, JSON.readTree(file.toFile())))));
  }

  private static List<Path> files(Path folder, String prefix) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.getFileName().toString().startsWith(prefix)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void checkErrors(Path folder, JsonNode expected) throws IOException {
    DetectionAnalysis analysis = analyse(folder, expected.get("mode").asText());
    JsonNode written = written(analysis, AnalysisReport::writeErrors);
    for (String key : List.of("mode", "pos_thresh", "bg_thresh", "max_dets", "counts")) {
      assertEquals(expected.get(key), written.get(key), key);
    }
    assertEquals(
        expected.get("ap50_percent").asDouble(), written.get("ap50_percent").asDouble(), TIDE);
    for (String group : List.of("dAP", "dAP_special")) {
      for (Map.Entry<String, JsonNode> cost : expected.get(group).properties()) {
        assertEquals(
            cost.getValue().asDouble(),
            written.get(group).get(cost.getKey()).asDouble(),
            TIDE,
            cost.getKey());
      }
    }
  }

  private static void checkConfusion(Path folder, JsonNode expected) throws IOException {
    DetectionAnalysis analysis = analyse(folder, "bbox");
    JsonNode written = written(analysis, AnalysisReport::writeConfusion);
    for (Map.Entry<String, JsonNode> value : expected.properties()) {
      if (!value.getKey().equals("note")) {
        assertEquals(value.getValue(), written.get(value.getKey()), value.getKey());
      }
    }
  }

  private static DetectionAnalysis analyse(Path folder, String mode) throws IOException {
    JsonNode expected = Fixtures.expected(folder);
    Warnings warnings = new Warnings(Strictness.LENIENT);
    IouType type = mode.equals("bbox") ? IouType.BBOX : IouType.SEGM;
    return DetectionAnalysis.of(
        new CocoOverlaps(
            CocoDataset.read(Fixtures.input(folder, expected, "gt"), warnings),
            CocoResults.read(Fixtures.input(folder, expected, "dt"), warnings),
            CocoParams.of(type),
            DetectionAnalysis.MAX_DETECTIONS));
  }

  private static JsonNode written(DetectionAnalysis analysis, Writer writer) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      writer.write(json, analysis);
    }
    return JSON.readTree(text.toString());
  }
}
