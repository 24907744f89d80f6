package dev.dovetail.eval.coco;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.coco.params.IouType;
import dev.dovetail.eval.state.EvaluatedSet;
import dev.dovetail.eval.state.StateFile;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoResults;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class CocoStateTest {

  @TempDir Path states;

  @TestFactory
  Stream<DynamicTest> statesOfAnySlicesGiveTheBitsOfTheWhole() {
    return Fixtures.having("iou_type").each(this::check);
  }

  private void check(Path folder) throws IOException {
    JsonNode expected = Fixtures.expected(folder);
    Warnings warnings = new Warnings(Strictness.LENIENT);
    CocoDataset dataset = CocoDataset.read(Fixtures.input(folder, expected, "gt"), warnings);
    CocoResults results =
        expected.path("overrides").path("dt").isArray()
            ? CocoResults.none()
            : CocoResults.read(Fixtures.input(folder, expected, "dt"), warnings);
    IouType type = Fixtures.type(expected);
    CocoParams params = Fixtures.params(expected);
    CocoEvaluation whole = CocoEvaluation.of(dataset, results, params, warnings);
    CocoEvaluator merged = new CocoEvaluator(dataset, params);
    List<String> images = LongStream.of(merged.imageIds()).mapToObj(Long::toString).toList();
    EvaluatedSet set = new EvaluatedSet(type.label(), Map.of(), "", images);
    for (long seed = 0; seed < 3; seed++) {
      Random random = new Random(seed);
      List<Path> files = new ArrayList<>();
      for (int from = 0; from < images.size(); ) {
        int to = Math.min(images.size(), from + 1 + random.nextInt(images.size()));
        CocoEvaluator part = new CocoEvaluator(dataset, params);
        part.accumulate(results, from, to, warnings);
        BitSet covered = new BitSet();
        covered.set(from, to);
        Path file = states.resolve(folder.getFileName() + "-" + seed + "-" + from);
        StateFile.write(file, set, covered, part);
        files.add(file);
        from = to;
      }
      Collections.shuffle(files, random);
      CocoEvaluator sum = new CocoEvaluator(dataset, params);
      BitSet covered = new BitSet();
      for (Path file : files) {
        StateFile.addTo(sum, covered, set, file);
      }
      assertEquals(images.size(), covered.cardinality(), "seed " + seed);
      assertEquals(whole.arraySha256(), sum.summarise().arraySha256(), "seed " + seed);
      assertArrayEquals(whole.stats(), sum.summarise().stats(), 0.0, "seed " + seed);
    }
  }
}
