package dev.dovetail.eval.coco;

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
import dev.dovetail.testing.FixtureFolders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class NastyAnnotationsTest {

  @TestFactory
  Stream<DynamicTest> everyOddAnnotationFileGetsWhatIsDemanded() {
    return FixtureFolders.below("data/nasty", "expected.json")
        .flatEach(
            folder ->
                Fixtures.stream(Fixtures.expected(folder).get("files"))
                    .filter(entry -> entry.get("kind").asText().equals("annotations"))
                    .map(
                        entry ->
                            DynamicTest.dynamicTest(
                                entry.get("file").asText(),
                                () -> check(folder.resolve(entry.get("file").asText()), entry))));
  }

  private static void check(Path file, JsonNode entry) throws IOException {
    String result = entry.get("result").asText();
    if (result.equals("error")) {
      FormatException e =
          assertThrows(FormatException.class, () -> score(file, Strictness.LENIENT));
      assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
      return;
    }
    Warnings warnings = score(file, Strictness.LENIENT);
    boolean warned =
        result.equals("ok_with_warning") || entry.get("why").asText().contains("counted warning");
    assertEquals(warned ? 1 : 0, warnings.entries().size(), warnings.entries().toString());
    if (warned) {
      assertEquals(1, warnings.entries().get(0).count());
      FormatException e = assertThrows(FormatException.class, () -> score(file, Strictness.STRICT));
      assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
    }
  }

  private static Warnings score(Path file, Strictness strictness) throws IOException {
    Warnings warnings = new Warnings(strictness);
    CocoDataset dataset = CocoDataset.read(file, warnings);
    for (IouType type : List.of(IouType.BBOX, IouType.SEGM, IouType.BOUNDARY)) {
      CocoEvaluation.of(dataset, CocoResults.none(), CocoParams.of(type), warnings);
    }
    return warnings;
  }
}
