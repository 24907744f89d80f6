package dev.dovetail.eval.classification;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.eval.bootstrap.Bootstrap;
import dev.dovetail.eval.bootstrap.Interval;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClassificationEvaluatorTest {

  private static final List<String> SEVEN = List.of("a", "b", "c", "d", "e", "f", "g");

  /** Four images: correct at rank 1, correct at rank 5, wrong, and correct at rank 1. */
  private static ClassificationEvaluator four() {
    return new ClassificationEvaluator(SEVEN, 0, 0, 1, 6);
  }

  private static final int[][] BEST = {
    {0, 1, 2, 3, 4}, {6, 5, 4, 3, 0}, {0, 2, 3, 4, 5, 1}, {6, 0, 1, 2, 3}
  };

  private static ClassificationEvaluator accumulated(int... images) {
    ClassificationEvaluator evaluator = four();
    for (int image : images) {
      evaluator.accumulate(image, BEST[image]);
    }
    return evaluator;
  }

  @Test
  void theBestClassCountsForTop1AndTheFiveBestForTop5() {
    ClassificationEvaluation evaluation = accumulated(0, 1, 2, 3).summarise();
    assertEquals(4, evaluation.images());
    assertEquals(Map.of("top1", 2 / 4.0, "top5", 3 / 4.0), evaluation.summary());
    double none = Double.NaN;
    assertArrayEquals(
        new double[] {1 / 2.0, 0, none, none, none, none, 1}, evaluation.top1OfClasses());
    assertArrayEquals(new long[] {2, 1, 0, 0, 0, 0, 1}, evaluation.imagesOfClasses());
    assertEquals("top1", evaluation.classMetric());
  }

  @Test
  void withUpToFiveClassesTop5IsMissing() {
    ClassificationEvaluator five = new ClassificationEvaluator(SEVEN.subList(0, 5), 4);
    five.accumulate(0, 0, 1, 2, 3, 4);
    assertEquals(Map.of("top1", 0.0), five.summarise().summary());
    ClassificationEvaluator two = new ClassificationEvaluator(List.of("a", "b"), 1, 0);
    two.accumulate(0, 1, 0);
    two.accumulate(1, 1, 0);
    assertEquals(Map.of("top1", 0.5), two.summarise().summary());
    assertEquals(2, two.needed());
  }

  @Test
  void mergedPartsEqualTheWholeInAnyOrder() throws IOException {
    ClassificationEvaluation whole = accumulated(0, 1, 2, 3).summarise();
    ClassificationEvaluator joined = accumulated(3, 1);
    joined.merge(accumulated(2));
    ByteArrayOutputStream state = new ByteArrayOutputStream();
    accumulated(0).writeTo(new DataOutputStream(state));
    joined.addFrom(new DataInputStream(new ByteArrayInputStream(state.toByteArray())));
    assertEquals(4, joined.accumulated().cardinality());
    int[] times = {3, 0, 1, 2};
    assertArrayEquals(whole.values(times), joined.summarise().values(times));
    assertEquals(BitSet.valueOf(new long[] {0b1010}), accumulated(3, 1).accumulated());
  }

  @Test
  void imagesThatWereNotAccumulatedAreIgnored() {
    ClassificationEvaluation evaluation = accumulated(2).summarise();
    assertEquals(1, evaluation.images());
    assertEquals(0, evaluation.summary().get("top1"));
    assertTrue(Double.isNaN(evaluation.top1OfClasses()[0]));
  }

  @Test
  void anImageCannotBeRepeatedAndRequiresItsBestClasses() throws IOException {
    ClassificationEvaluator evaluator = accumulated(0);
    assertThrows(IllegalArgumentException.class, () -> evaluator.accumulate(0, BEST[0]));
    assertThrows(IllegalArgumentException.class, () -> evaluator.merge(accumulated(0)));
    assertThrows(
        IllegalArgumentException.class,
        () -> evaluator.merge(new ClassificationEvaluator(SEVEN, 0, 0, 1, 5)));
    String message =
        assertThrows(IllegalArgumentException.class, () -> evaluator.accumulate(1, 0, 1, 2, 3))
            .getMessage();
    assertTrue(message.contains("4 of its best classes; expected 5"), message);
    assertThrows(
        IllegalArgumentException.class, () -> new ClassificationEvaluator(List.of("a", "b"), 2));
    ByteArrayOutputStream other = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(other);
    out.writeInt(1);
    out.writeInt(4);
    out.writeByte(0);
    assertThrows(
        IOException.class,
        () ->
            evaluator.addFrom(new DataInputStream(new ByteArrayInputStream(other.toByteArray()))));
  }

  @Test
  void anInvalidClassIsWrongForEveryImage() {
    ClassificationEvaluator evaluator = four();
    evaluator.accumulate(0, -1, -1, -1, -1, -1);
    assertEquals(Map.of("top1", 0.0, "top5", 0.0), evaluator.summarise().summary());
  }

  /**
   * 36 of 100 are correct: the normal interval is 0.36 ± 1.96 * sqrt(0.36 * 0.64 / 100) = 0.094.
   */
  @Test
  void theIntervalOfTop1IsThatOfAProportion() {
    int n = 100;
    ClassificationEvaluator evaluator = new ClassificationEvaluator(List.of("a", "b"), new int[n]);
    for (int i = 0; i < n; i++) {
      evaluator.accumulate(i, i < 36 ? new int[] {0, 1} : new int[] {1, 0});
    }
    List<Interval> intervals = new Bootstrap(2000, 0, 0.95).intervals(evaluator.summarise());
    assertEquals(1, intervals.size());
    Interval top1 = intervals.get(0);
    assertEquals("top1", top1.name());
    assertEquals(0.36, top1.value());
    assertEquals(0.36 - 0.094, top1.low(), 0.0151);
    assertEquals(0.36 + 0.094, top1.high(), 0.0151);
    assertEquals(intervals, new Bootstrap(2000, 0, 0.95).intervals(evaluator.summarise()));
  }

  @Test
  void twoClassifiersAreComparedOnTheSameImages() {
    int[] labels = IntStream.range(0, 50).map(i -> i % 2).toArray();
    ClassificationEvaluator all = new ClassificationEvaluator(List.of("a", "b"), labels);
    ClassificationEvaluator none = all.slice();
    for (int i = 0; i < labels.length; i++) {
      all.accumulate(i, labels[i], 1 - labels[i]);
      none.accumulate(i, 1 - labels[i], labels[i]);
    }
    var comparison = new Bootstrap(100, 0, 0.95).compare(all.summarise(), none.summarise());
    assertEquals(1, comparison.numbers().get(0).difference());
    assertTrue(comparison.numbers().get(0).isMoved());
    assertEquals(2, comparison.moved().size());
  }

  @Test
  void theTableShowsPercentAndTheIntervals() {
    ClassificationEvaluation evaluation = accumulated(0, 1, 2, 3).summarise();
    Bootstrap bootstrap = new Bootstrap(100, 3, 0.95);
    List<String> classes = ClassificationReport.classes(evaluation);
    assertEquals("class  images    top1", classes.get(0));
    assertEquals("a           2   50.00", classes.get(1));
    assertEquals("c           0     nan", classes.get(3));
    List<String> summary =
        ClassificationReport.summary(evaluation, bootstrap, bootstrap.intervals(evaluation));
    assertTrue(summary.get(1).startsWith("top1      50.00"), summary::toString);
    assertTrue(summary.get(2).startsWith("top5      75.00"), summary::toString);
    assertEquals("4 images; 95 % intervals of 100 resamples of them (seed 3).", summary.get(3));
  }
}
