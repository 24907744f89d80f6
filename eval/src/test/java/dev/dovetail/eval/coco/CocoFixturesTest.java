package dev.dovetail.eval.coco;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.data.coco.CocoDataset;
import dev.dovetail.data.coco.CocoResults;
import dev.dovetail.data.coco.Strictness;
import dev.dovetail.data.coco.Warnings;
import dev.dovetail.testing.SharedFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class CocoFixturesTest {

  @TestFactory
  Stream<DynamicTest> arraysAreBitExactAndStatsToo() throws IOException {
    Path root = SharedFolder.require("fixtures/eval");
    return Fixtures.folders().stream()
        .filter(f -> Fixtures.expected(f).has("iou_type"))
        .map(f -> DynamicTest.dynamicTest(root.relativize(f).toString(), () -> check(f)));
  }

  private static void check(Path folder) throws IOException {
    JsonNode expected = Fixtures.expected(folder);
    IouType type =
        Stream.of(IouType.values())
            .filter(t -> t.label().equals(expected.get("iou_type").asText()))
            .findFirst()
            .orElseGet(
                () ->
                    Assumptions.abort(
                        folder.getFileName()
                            + " is of the type "
                            + expected.get("iou_type").asText()
                            + ", which this evaluator does not score"));
    Warnings warnings = new Warnings(Strictness.LENIENT);
    CocoDataset dataset = CocoDataset.read(Fixtures.input(folder, expected, "gt"), warnings);
    CocoResults results =
        expected.path("overrides").path("dt").isArray()
            ? CocoResults.none()
            : CocoResults.read(Fixtures.input(folder, expected, "dt"), warnings);
    CocoParams params = Fixtures.params(expected.path("overrides"));

    CocoEvaluation evaluation = CocoEvaluation.of(dataset, results, type, params, warnings);

    evaluation
        .arraySha256()
        .forEach(
            (name, hash) ->
                assertEquals(expected.get("array_sha256_f64le").get(name).asText(), hash, name));
    evaluation
        .arrayShapes()
        .forEach(
            (name, shape) ->
                assertArrayEquals(
                    Fixtures.ints(expected.get("array_shapes").get(name)), shape, name));
    assertArrayEquals(Fixtures.doubles(expected.get("stats")), evaluation.stats(), 0.0);
    assertEquals(
        Fixtures.stream(expected.get("stat_names")).map(JsonNode::asText).toList(),
        evaluation.statNames());
    List<CocoEvaluation.CategoryMetrics> categories = evaluation.perCategory();
    assertEquals(expected.get("per_category").size(), categories.size());
    for (int k = 0; k < categories.size(); k++) {
      JsonNode wanted = expected.get("per_category").get(k);
      assertEquals(wanted.get("id").asLong(), categories.get(k).id());
      assertEquals(wanted.size() - 1, categories.get(k).values().size());
      categories
          .get(k)
          .values()
          .forEach((name, value) -> assertEquals(wanted.get(name).asDouble(), value, 0.0, name));
    }
  }
}
