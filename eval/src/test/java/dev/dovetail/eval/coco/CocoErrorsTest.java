package dev.dovetail.eval.coco;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.data.coco.CocoDataset;
import dev.dovetail.data.coco.CocoFormatException;
import dev.dovetail.data.coco.CocoResults;
import dev.dovetail.data.coco.Strictness;
import dev.dovetail.data.coco.Warnings;
import dev.dovetail.testing.SharedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Wrong and odd files: a sentence where the reference dies or misleads, else its numbers. */
class CocoErrorsTest {

  private static final double[] NOTHING_FOUND = {0, 0, 0, 0, -1, -1, 0, 0, 0, 0, -1, -1};

  @TestFactory
  Stream<DynamicTest> wrongFilesGetASentenceAndOddOnesTheNumbersOfTheReference()
      throws IOException {
    Path folder = SharedFolder.require("fixtures/eval/errors");
    return Fixtures.stream(Fixtures.expected(folder).get("cases"))
        .map(c -> DynamicTest.dynamicTest(c.get("name").asText(), () -> check(folder, c)));
  }

  private static void check(Path folder, JsonNode c) throws IOException {
    if (Files.readString(folder.resolve(c.get("dt").asText())).strip().equals("[]")) {
      // The reference dies of an index error; no detections are a sensible thing to score.
      assertArrayEquals(NOTHING_FOUND, score(folder, c).stats());
      return;
    }
    String name = c.get("name").asText();
    boolean misleads = name.contains("NaN") || name.contains("duplicate");
    if (c.has("reference_error") || misleads) {
      CocoFormatException e =
          assertThrows(CocoFormatException.class, () -> score(folder, c).stats());
      assertTrue(e.getMessage().contains(folder.toString()), e.getMessage());
      assertTrue(e.getMessage().matches("(?s).*[a-z].*: .*"), e.getMessage());
    } else {
      assertArrayEquals(Fixtures.doubles(c.get("reference_stats")), score(folder, c).stats(), 0.0);
    }
  }

  private static CocoEvaluation score(Path folder, JsonNode c) throws IOException {
    Warnings warnings = new Warnings(Strictness.LENIENT);
    CocoDataset dataset = CocoDataset.read(folder.resolve(c.get("gt").asText()), warnings);
    CocoResults results = CocoResults.read(folder.resolve(c.get("dt").asText()), warnings);
    IouType type = IouType.valueOf(c.get("iou_type").asText().toUpperCase(Locale.ROOT));
    return CocoEvaluation.of(dataset, results, type, CocoParams.defaults(), warnings);
  }
}
