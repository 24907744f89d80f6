package dev.dovetail.eval.semantic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.semantic.LabelMap;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Tests the message about a ground truth that ignores a value that seems to be meant as a class.
 */
class IgnoredTruthTest {

  private static LabelMap map(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return new LabelMap.Bytes(new Size(1, values.length), bytes);
  }

  private static Optional<String> complaint(
      int classes, LabelMapping mapping, LabelMap truth, LabelMap found) {
    SemanticEvaluator evaluator = new SemanticEvaluator(classes, mapping);
    evaluator.accumulate(truth, found);
    return evaluator.complaint();
  }

  private static Optional<String> complaint(int classes, LabelMap truth, LabelMap found) {
    return complaint(classes, LabelMapping.identity(255), truth, found);
  }

  @Test
  void oneOfTwoClassesWithoutPixelsIsReportedForAnyNumberOfIgnoredPixels() {
    assertEquals(
        "class 1 has no pixel in the ground truth, of which 25.0 % are ignored (the value 255); is"
            + " it meant to be a class?",
        complaint(2, map(0, 0, 0, 255), map(0, 0, 0, 1)).orElseThrow());
    assertTrue(complaint(2, map(0, 0, 0, 255), map(0, 0, 0, 255)).isPresent());
    assertTrue(complaint(2, map(255, 1, 1, 1), map(0, 1, 1, 1)).isPresent());
    assertTrue(complaint(2, map(0, 0, 1, 255), map(0, 0, 1, 1)).isEmpty());
    assertTrue(complaint(2, map(0, 0, 0, 0), map(0, 0, 0, 1)).isEmpty());
  }

  @Test
  void withMoreClassesHalfMustBeIgnoredAndAMissingClassPredicted() {
    assertTrue(complaint(9, map(3, 3, 255, 255), map(3, 3, 7, 7)).isPresent());
    assertTrue(complaint(9, map(3, 3, 255, 255), map(3, 3, 3, 3)).isEmpty());
    assertTrue(complaint(9, map(3, 3, 3, 255), map(3, 3, 7, 7)).isEmpty());
    assertTrue(complaint(9, map(3, 4, 255, 255), map(3, 4, 3, 200)).isEmpty());
    assertTrue(
        complaint(9, map(3, 255, 255, 255), map(0, 1, 2, 4))
            .orElseThrow()
            .startsWith("the classes 0, 1, 2, 4 have no pixel"));
  }

  @Test
  void aGroundTruthWithoutClassesIsReportedWithItsIgnoredValues() {
    String all =
        complaint(3, LabelMapping.reduceZeroLabel(255), map(0, 0, 255, 0), map(1, 2, 1, 1))
            .orElseThrow();
    assertTrue(all.startsWith("no class has a pixel in the ground truth, of which 100.0 %"), all);
    assertTrue(all.contains("the values 0, 255"), all);
  }
}
