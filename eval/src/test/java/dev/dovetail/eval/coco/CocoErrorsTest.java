package dev.dovetail.eval.coco;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.coco.params.IouType;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoResults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Invalid and unusual files: an error message if the reference crashes or is misleading, otherwise
 * the metrics of the reference.
 */
class CocoErrorsTest {

  private static final double[] NOTHING_FOUND = {0, 0, 0, 0, -1, -1, 0, 0, 0, 0, -1, -1};

  @TestFactory
  Stream<DynamicTest> wrongFilesGetASentenceAndOddOnesTheNumbersOfTheReference() {
    return Fixtures.having("cases")
        .flatEach(
            folder ->
                Fixtures.stream(Fixtures.expected(folder).get("cases"))
                    .map(
                        c ->
                            DynamicTest.dynamicTest(
                                c.get("name").asText(), () -> check(folder, c))));
  }

  private static void check(Path folder, JsonNode c) throws IOException {
    if (Files.readString(folder.resolve(c.get("dt").asText())).strip().equals("[]")) {
      // The reference crashes with an index error, but an empty list of detections is valid.
      assertArrayEquals(NOTHING_FOUND, score(folder, c).stats());
      return;
    }
    String name = c.get("name").asText();
    boolean misleads = name.contains("NaN") || name.contains("duplicate");
    if (c.has("reference_error") || misleads) {
      FormatException e = assertThrows(FormatException.class, () -> score(folder, c).stats());
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
    IouType type = Fixtures.type(c);
    return CocoEvaluation.of(dataset, results, CocoParams.of(type), warnings);
  }

  @Test
  void anInvalidMaskIsNamedWithManyThreads(@TempDir Path folder) throws IOException {
    int n = 64;
    String images = numbered(n, "{\"id\": %d, \"width\": 9, \"height\": 9, \"file_name\": \"a\"}");
    String annotations =
        numbered(
            n,
            "{\"id\": %d, \"image_id\": %1$d, \"category_id\": 1, \"iscrowd\": 0, \"area\": 9,"
                + " \"bbox\": [0, 0, 3, 3], \"segmentation\": [[0, 0, 3, 0, 3, 3]]}");
    String results =
        numbered(
            n,
            "{\"image_id\": %d, \"category_id\": 1, \"score\": 0.5,"
                + " \"segmentation\": {\"size\": [9, 9], \"counts\": \"a2\"}}");
    Path gt = folder.resolve("gt.json");
    Path dt = folder.resolve("dt.json");
    Files.writeString(
        gt,
        ("{\"images\": " + images + ", \"annotations\": " + annotations)
            + ", \"categories\": [{\"id\": 1, \"name\": \"a\"}]}");
    Files.writeString(dt, results);
    assertEquals(0, segm(gt, dt).stats()[0]);

    Files.writeString(dt, results.replaceFirst("a2", "a3"));
    assertTrue(
        assertThrows(FormatException.class, () -> segm(gt, dt))
            .getMessage()
            .startsWith(dt + ": results[0].segmentation: "));

    Files.writeString(dt, results);
    int last = Files.readString(gt).lastIndexOf("[[0, 0, 3");
    Files.writeString(
        gt,
        Files.readString(gt).substring(0, last)
            + Files.readString(gt).substring(last).replace("[[0, 0, 3", "[[0, 0, 3e9"));
    assertTrue(
        assertThrows(FormatException.class, () -> segm(gt, dt))
            .getMessage()
            .startsWith(gt + ": annotations[63] (id 63).segmentation: "));
  }

  private static CocoEvaluation segm(Path gt, Path dt) throws IOException {
    Warnings warnings = new Warnings(Strictness.LENIENT);
    return CocoEvaluation.of(
        CocoDataset.read(gt, warnings),
        CocoResults.read(dt, warnings),
        CocoParams.of(IouType.SEGM),
        warnings);
  }

  private static String numbered(int n, String record) {
    return IntStream.range(0, n).mapToObj(i -> String.format(record, i)).toList().toString();
  }
}
