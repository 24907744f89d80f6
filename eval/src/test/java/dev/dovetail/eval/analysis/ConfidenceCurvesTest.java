package dev.dovetail.eval.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.eval.coco.matching.ImageOverlaps;
import org.junit.jupiter.api.Test;

class ConfidenceCurvesTest {

  /** One class with a correct detection of 0.9, a wrong one of 0.6 and a correct one of 0.3. */
  private static ConfidenceCurves curves() {
    ErrorEvaluator evaluator = new ErrorEvaluator(1);
    evaluator.accumulate(
        new ImageOverlaps(
            0,
            new int[] {0, 0, 0},
            new boolean[3],
            new int[] {0, 0, 0},
            new double[] {0.9, 0.6, 0.3},
            new double[][] {{0.8, 0, 0}, {0, 0, 0}, {0, 0.7, 0}}));
    return evaluator.confidence();
  }

  private static int at(ConfidenceCurves curves, double score) {
    int s = 0;
    while (curves.scores()[s] < score - 1e-9) {
      s++;
    }
    return s;
  }

  @Test
  void detectionsCountUpToTheirOwnScore() {
    ConfidenceCurves curves = curves();
    assertEquals(2 / 3.0, curves.all().precision(at(curves, 0.3)));
    assertEquals(0.5, curves.all().precision(at(curves, 0.31)));
    assertEquals(1.0, curves.all().precision(at(curves, 0.61)));
    assertEquals(1 / 3.0, curves.all().recall(at(curves, 0.9)));
    assertEquals(0.0, curves.all().recall(at(curves, 0.91)));
    assertTrue(Double.isNaN(curves.all().precision(at(curves, 0.91))));
  }

  @Test
  void theBestScoreIsTheLowestWithTheHighestF1() {
    assertEquals(2 * 2 / (3.0 + 3), curves().all().f1(0));
    assertEquals(0, curves().best());
    assertEquals(0, curves().perCategory().get(0).best());
  }

  @Test
  void scoresOutsideOfZeroToOneExtendTheRange() {
    ErrorEvaluator evaluator = new ErrorEvaluator(1);
    evaluator.accumulate(
        new ImageOverlaps(
            0,
            new int[] {0},
            new boolean[1],
            new int[] {0},
            new double[] {7},
            new double[][] {{1}}));
    ConfidenceCurves curves = evaluator.confidence();
    assertEquals(7, curves.scores()[curves.scores().length - 1]);
    assertEquals(1, curves.all().recall(curves.scores().length - 1));
  }

  @Test
  void withoutImagesThereAreNoValues() {
    ConfidenceCurves none = new ErrorEvaluator(2).confidence();
    assertTrue(Double.isNaN(none.all().f1(0)));
    assertEquals(2, none.perCategory().size());
  }
}
