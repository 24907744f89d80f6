package dev.dovetail.eval.coco;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoResults;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class CocoFixturesTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TestFactory
  Stream<DynamicTest> arraysAreBitExactAndStatsToo() {
    return Fixtures.having("iou_type").each(CocoFixturesTest::check);
  }

  private static void check(Path folder) throws IOException {
    JsonNode expected = Fixtures.expected(folder);
    Warnings warnings = new Warnings(Strictness.LENIENT);
    CocoDataset dataset = CocoDataset.read(Fixtures.input(folder, expected, "gt"), warnings);
    CocoResults results =
        expected.path("overrides").path("dt").isArray()
            ? CocoResults.none()
            : CocoResults.read(Fixtures.input(folder, expected, "dt"), warnings);
    CocoParams params = Fixtures.params(expected);

    CocoEvaluation evaluation = CocoEvaluation.of(dataset, results, params, warnings);

    JsonNode written = json(evaluation);
    for (String key :
        List.of("iou_type", "array_sha256_f64le", "array_shapes", "stat_names", "stats")) {
      assertEquals(expected.get(key), written.get(key), key);
    }
    if (!expected.path("freq_groups").isNull()) {
      assertEquals(expected.get("freq_groups"), written.get("freq_groups"));
    }
    expected
        .path("params")
        .properties()
        .forEach(
            param ->
                assertEquals(
                    param.getValue().toString(),
                    written.get("params").get(param.getKey()).toString(),
                    param.getKey()));
    assertEquals(expected.get("per_category").size(), written.get("per_category").size());
    for (int k = 0; k < written.get("per_category").size(); k++) {
      ObjectNode category = (ObjectNode) written.get("per_category").get(k);
      category.remove("name");
      assertEquals(expected.get("per_category").get(k), category);
    }
  }

  private static JsonNode json(CocoEvaluation evaluation) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      CocoReport.writeJson(json, evaluation, true);
    }
    return JSON.readTree(text.toString());
  }
}
