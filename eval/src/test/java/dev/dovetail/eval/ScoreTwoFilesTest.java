package dev.dovetail.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.eval.coco.CocoEvaluation;
import dev.dovetail.eval.coco.CocoReport;
import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.coco.params.IouType;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that the example in the documentation for scoring two files compiles and works. */
class ScoreTwoFilesTest {

  private static final Path ROOT = Path.of(System.getProperty("dovetail.root", ".."));
  private static final Path SOURCE =
      Path.of("src/test/java", ScoreTwoFilesTest.class.getName().replace('.', '/') + ".java");

  @TempDir Path folder;

  @Test
  void twoFilesAreScoredInFiveLines() throws IOException {
    Path gt = write("gt.json", TRUTH);
    Path dt = write("dt.json", RESULTS);
    // sample
    Warnings warnings = new Warnings(Strictness.LENIENT);
    CocoEvaluation coco = CocoEvaluation.of(gt, dt, CocoParams.of(IouType.BBOX), warnings);
    System.out.println("AP " + coco.stat("AP") + ", AP50 " + coco.stat("AP50"));
    CocoReport.summary(coco).forEach(System.out::println);
    warnings.entries().forEach(System.err::println);
    // end
    assertEquals(1, coco.stat("AP50"), 1e-9);
    assertEquals(0.7, coco.stat("AP"), 1e-9);
    assertEquals(12, CocoReport.summary(coco).size());
    assertEquals(1, warnings.entries().size(), warnings.entries().toString());
  }

  @Test
  void theDocumentationShowsTheSameLines() throws IOException {
    List<String> source = Files.readAllLines(SOURCE);
    List<String> sample =
        source.subList(source.indexOf("    // sample") + 1, source.indexOf("    // end")).stream()
            .map(String::strip)
            .toList();
    assertTrue(sample.size() <= 5, sample.toString());
    for (String page : List.of("README.md", "docs/eval.md")) {
      assertTrue(
          Files.readString(ROOT.resolve(page)).contains(String.join("\n", sample)),
          page + " does not contain the lines of " + sample);
    }
  }

  @Test
  void optionsHaveNames() throws IOException {
    CocoParams params =
        CocoParams.of(IouType.BBOX).toBuilder().iouThresholds(0.5).maxDets(1, 10, 50).build();
    Warnings warnings = new Warnings(Strictness.LENIENT);
    CocoEvaluation coco =
        CocoEvaluation.of(write("gt.json", TRUTH), write("dt.json", RESULTS), params, warnings);
    assertEquals(1, coco.stat("AP50"), 1e-9);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> coco.stat("mAP"));
    assertTrue(e.getMessage().contains("AP50"), e.getMessage());
  }

  @Test
  void aMissingFileIsNamed() {
    Path missing = folder.resolve("missing.json");
    FormatException e =
        assertThrows(
            FormatException.class,
            () ->
                CocoEvaluation.of(
                    missing,
                    missing,
                    CocoParams.of(IouType.BBOX),
                    new Warnings(Strictness.LENIENT)));
    assertTrue(e.getMessage().startsWith(missing.toString()), e.getMessage());
  }

  private static final String TRUTH =
      """
      {"images": [{"id": 1, "width": 100, "height": 100, "file_name": "a.jpg"}],
       "categories": [{"id": 1, "name": "cat"}],
       "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "iscrowd": 0, "area": 400,
                        "bbox": [10, 10, 20, 20]}]}
      """;

  /** An overlap of 0.825, and a detection of a category that is not listed. */
  private static final String RESULTS =
      """
      [{"image_id": 1, "category_id": 1, "bbox": [10, 10, 20, 16.5], "score": 0.9},
       {"image_id": 1, "category_id": 7, "bbox": [10, 10, 20, 16], "score": 0.8}]
      """;

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}
