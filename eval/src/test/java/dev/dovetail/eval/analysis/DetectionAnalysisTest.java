package dev.dovetail.eval.analysis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.eval.coco.matching.ImageOverlaps;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DetectionAnalysisTest {

  private static final int CATEGORIES = 3;

  /** One image with these overlaps. Scores descend from 0.9 in steps of 0.1. */
  private static ImageOverlaps image(int[] truths, int[] detections, double[][] overlap) {
    double[] score = new double[detections.length];
    for (int d = 0; d < score.length; d++) {
      score[d] = (9 - d) / 10.0;
    }
    return new ImageOverlaps(0, truths, new boolean[truths.length], detections, score, overlap);
  }

  private static ErrorBreakdown errors(ImageOverlaps image) {
    ErrorEvaluator evaluator = new ErrorEvaluator(CATEGORIES);
    evaluator.accumulate(image);
    return evaluator.summarise();
  }

  @Test
  void eachDetectionHasTheFirstKindOfErrorThatApplies() {
    ErrorBreakdown errors =
        errors(
            image(
                new int[] {0, 1, 0},
                new int[] {0, 0, 0, 0, 2, 1, 2},
                new double[][] {
                  {0.9, 0, 0}, // correct
                  {0.8, 0, 0}, // a duplicate of it
                  {0, 0.1, 0.4}, // the last one, with too little overlap
                  {0, 0.7, 0}, // the second one under another category
                  {0.3, 0, 0}, // wrong category and too little overlap
                  {0.05, 0, 0.1}, // background
                  {0, 0.6, 0}, // the second one again, with a lower score
                }));
    assertEquals(2, errors.counts().get(ErrorType.CLASSIFICATION));
    assertEquals(1, errors.counts().get(ErrorType.LOCALISATION));
    assertEquals(1, errors.counts().get(ErrorType.DUPLICATE));
    assertEquals(1, errors.counts().get(ErrorType.BOTH));
    assertEquals(1, errors.counts().get(ErrorType.BACKGROUND));
    assertEquals(0, errors.counts().get(ErrorType.MISSED));
    assertEquals(1, errors.perCategory().get(0).get(ErrorType.LOCALISATION));
    assertEquals(1, errors.perCategory().get(2).get(ErrorType.BOTH));
  }

  @Test
  void fixingTheOnlyErrorReachesTheFullAp() {
    ErrorBreakdown errors = errors(image(new int[] {1}, new int[] {1}, new double[][] {{0.4}}));
    assertEquals(0, errors.ap());
    assertEquals(100, errors.cost().get(ErrorType.LOCALISATION), 1e-12);
    assertEquals(0, errors.cost().get(ErrorType.CLASSIFICATION));
  }

  @Test
  void anEmptySetHasNoErrorsAndAnApOfZero() {
    ErrorBreakdown errors = new ErrorEvaluator(CATEGORIES).summarise();
    assertEquals(0, errors.ap());
    assertTrue(errors.counts().values().stream().allMatch(n -> n == 0));
    Calibration calibration = new CalibrationEvaluator(CATEGORIES).summarise();
    assertTrue(Double.isNaN(calibration.errors().equalWidth()));
    assertEquals(0, calibration.detections());
  }

  @Test
  void theHighestOverlapIsPairedFirstRegardlessOfCategory() {
    ConfusionEvaluator evaluator = new ConfusionEvaluator(CATEGORIES);
    evaluator.accumulate(
        image(
            new int[] {0, 1},
            new int[] {0, 2, 1, 0, 0, 0, 0, 1},
            new double[][] {
              {0.6, 0}, {0.8, 0}, {0, 0.5}, {0, 0.4}, {0, 0}, {0, 0}, {0, 0}, {0, 0.9}
            }));
    long[][] expected = new long[CATEGORIES + 1][CATEGORIES + 1];
    expected[0][2] = 1;
    expected[1][1] = 1;
    // The last detection has a score below the threshold. The others have no unmatched ground
    // truth.
    expected[CATEGORIES][0] = 5;
    DetectionConfusion confusion = evaluator.summarise();
    assertArrayEquals(expected, confusion.counts());
    assertEquals(1, confusion.right());
    assertEquals(5, confusion.ofNothing());
    assertEquals(0, confusion.notFound());
    assertEquals(List.of(new DetectionConfusion.Cell(0, 2, 1)), confusion.confused());
  }

  @Test
  void calibrationErrorIsTheWeightedMeanOfTheGaps() {
    CalibrationEvaluator evaluator = new CalibrationEvaluator(2);
    // Bin [0.8, 0.8667): scores 0.84 and 0.82, one correct. Bin [0.2, 0.2667): 0.25, wrong. 1.5 is
    // in no bin.
    evaluator.accumulate(
        new ImageOverlaps(
            0,
            new int[] {0},
            new boolean[] {false},
            new int[] {1, 0, 0, 1},
            new double[] {1.5, 0.84, 0.82, 0.25},
            new double[][] {{0}, {0.7}, {0.6}, {0}}));
    Calibration calibration = evaluator.summarise();
    assertEquals(3, calibration.detections());
    assertEquals(1, calibration.outside());
    assertEquals((2 * (0.83 - 0.5) + 0.25) / 3, calibration.errors().equalWidth(), 1e-12);
    assertEquals(0.33, calibration.errors().largest(), 1e-12);
    assertArrayEquals(new double[] {0.33, 0.25}, calibration.perCategory(), 1e-12);
    assertEquals(0.29, calibration.errors().classwise(), 1e-12);
    assertEquals(3, calibration.equalMassBins().size());
    assertEquals((0.16 + 0.82 + 0.25) / 3, calibration.errors().equalMass(), 1e-12);
  }

  @Test
  void scoresThatAreProbabilitiesAreCalibrated() {
    for (long seed = 0; seed < 3; seed++) {
      Random random = new Random(seed);
      CalibrationEvaluator evaluator = new CalibrationEvaluator(1);
      for (int i = 0; i < 100_000; i++) {
        double score = random.nextDouble();
        double overlap = random.nextDouble() < score ? 1 : 0;
        evaluator.accumulate(
            new ImageOverlaps(
                i,
                new int[] {0},
                new boolean[] {false},
                new int[] {0},
                new double[] {score},
                new double[][] {{overlap}}));
      }
      assertEquals(0, evaluator.summarise().errors().equalWidth(), 0.01, "seed " + seed);
      assertEquals(0, evaluator.summarise().errors().equalMass(), 0.01, "seed " + seed);
    }
  }

  @Test
  void neitherSlicingNorTheOrderOfImagesChangesABit() {
    for (long seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      List<ImageOverlaps> images = new ArrayList<>();
      int n = 1 + random.nextInt(20);
      for (int i = 0; i < n; i++) {
        images.add(random(random, i));
      }
      List<ImageOverlaps> shuffled = new ArrayList<>(images);
      Collections.shuffle(shuffled, random);
      int cut = random.nextInt(n + 1);
      ErrorEvaluator errors = new ErrorEvaluator(CATEGORIES);
      ErrorEvaluator firstErrors = new ErrorEvaluator(CATEGORIES);
      ErrorEvaluator lastErrors = new ErrorEvaluator(CATEGORIES);
      CalibrationEvaluator calibration = new CalibrationEvaluator(CATEGORIES);
      CalibrationEvaluator firstCalibration = new CalibrationEvaluator(CATEGORIES);
      CalibrationEvaluator lastCalibration = new CalibrationEvaluator(CATEGORIES);
      ConfusionEvaluator confusion = new ConfusionEvaluator(CATEGORIES);
      ConfusionEvaluator firstConfusion = new ConfusionEvaluator(CATEGORIES);
      ConfusionEvaluator lastConfusion = new ConfusionEvaluator(CATEGORIES);
      images.forEach(errors::accumulate);
      images.forEach(calibration::accumulate);
      images.forEach(confusion::accumulate);
      for (int i = 0; i < n; i++) {
        (i < cut ? firstErrors : lastErrors).accumulate(shuffled.get(i));
        (i < cut ? firstCalibration : lastCalibration).accumulate(shuffled.get(i));
        (i < cut ? firstConfusion : lastConfusion).accumulate(shuffled.get(i));
      }
      lastErrors.merge(firstErrors);
      lastCalibration.merge(firstCalibration);
      lastConfusion.merge(firstConfusion);
      assertEquals(errors.summarise(), lastErrors.summarise(), "seed " + seed);
      assertEquals(
          calibration.summarise().bins(), lastCalibration.summarise().bins(), "seed " + seed);
      assertEquals(
          calibration.summarise().equalMassBins(),
          lastCalibration.summarise().equalMassBins(),
          "seed " + seed);
      assertArrayEquals(
          confusion.summarise().counts(), lastConfusion.summarise().counts(), "seed " + seed);
    }
  }

  /** Few different scores and overlaps, so that there are ties. */
  private static ImageOverlaps random(Random random, int number) {
    int truths = random.nextInt(5);
    int detections = random.nextInt(12);
    boolean[] crowd = new boolean[truths];
    for (int t = 0; t < truths; t++) {
      crowd[t] = random.nextInt(6) == 0;
    }
    double[][] overlap = new double[detections][truths];
    for (double[] row : overlap) {
      for (int t = 0; t < truths; t++) {
        row[t] = random.nextInt(11) / 10.0;
      }
    }
    double[] ascending =
        random.doubles(detections).map(s -> Math.rint(4 * s) / 4).sorted().toArray();
    double[] score = new double[detections];
    for (int d = 0; d < detections; d++) {
      score[d] = ascending[detections - 1 - d];
    }
    return new ImageOverlaps(
        number,
        random.ints(truths, 0, CATEGORIES).toArray(),
        crowd,
        random.ints(detections, 0, CATEGORIES).toArray(),
        score,
        overlap);
  }
}
