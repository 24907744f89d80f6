package dev.dovetail.eval.coco;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.eval.coco.matching.ImageDetections;
import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.coco.params.IouType;
import dev.dovetail.formats.Box;
import dev.dovetail.formats.coco.CocoAnnotation;
import dev.dovetail.formats.coco.CocoAnnotation.Crowd;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.CocoImage;
import dev.dovetail.formats.mask.Rle;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CocoEvaluatorTest {

  private static final int SIDE = RandomSets.SIDE;

  /** The type and the protocol of an evaluation. */
  private static final List<CocoParams> KINDS =
      List.of(
          CocoParams.of(IouType.BBOX),
          CocoParams.of(IouType.SEGM),
          CocoParams.of(IouType.BOUNDARY),
          CocoParams.of(IouType.BBOX).toBuilder().useCategories(false).build(),
          CocoParams.of(IouType.KEYPOINTS).toBuilder().sigmas(.1, .2, .3).build(),
          CocoParams.lvis(IouType.BBOX).toBuilder().maxDets(12).build(),
          CocoParams.lvis(IouType.SEGM).toBuilder().maxDets(12).build());

  @Test
  void neitherSlicingNorTheOrderOfImagesChangesABit() throws IOException {
    boolean anyFound = false;
    for (long seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      CocoDataset dataset = RandomSets.dataset(random, 1 + random.nextInt(12));
      List<ImageDetections> images = new ArrayList<>();
      for (CocoImage image : dataset.images()) {
        images.add(RandomSets.detections(random, image.id()));
      }
      for (CocoParams kind : KINDS) {
        CocoEvaluator one = new CocoEvaluator(dataset, kind);
        images.forEach(one::accumulate);
        CocoEvaluator merged = new CocoEvaluator(dataset, kind);
        List<CocoEvaluator> slices = new ArrayList<>();
        int n = 1 + random.nextInt(4);
        for (int i = 0; i < n; i++) {
          slices.add(merged.slice());
        }
        List<ImageDetections> shuffled = new ArrayList<>(images);
        Collections.shuffle(shuffled, random);
        shuffled.forEach(d -> slices.get(random.nextInt(n)).accumulate(d));
        Collections.shuffle(slices, random);
        slices.forEach(merged::merge);
        assertEquals(
            one.summarise().arraySha256(),
            merged.summarise().arraySha256(),
            kind + ", seed " + seed);
        assertArrayEquals(one.summarise().stats(), merged.summarise().stats());
        anyFound |= one.summarise().stats()[0] > 0;
      }
    }
    assertTrue(anyFound);
  }

  @Test
  void theOrderOfRowsMattersOnlyAmongEqualScores() throws IOException {
    for (long seed = 0; seed < 30; seed++) {
      for (CocoParams kind : KINDS) {
        Random random = new Random(seed);
        CocoDataset dataset = RandomSets.dataset(random, 4);
        CocoEvaluator ordered = new CocoEvaluator(dataset, kind);
        CocoEvaluator shuffled = ordered.slice();
        for (CocoImage image : dataset.images()) {
          ImageDetections d = RandomSets.detections(random, image.id());
          double[] scores = random.doubles(d.size()).toArray();
          List<Integer> rows = new ArrayList<>(IntStream.range(0, d.size()).boxed().toList());
          ordered.accumulate(RandomSets.rows(d, scores, rows.stream().mapToInt(i -> i).toArray()));
          Collections.shuffle(rows, random);
          shuffled.accumulate(RandomSets.rows(d, scores, rows.stream().mapToInt(i -> i).toArray()));
        }
        assertEquals(
            ordered.summarise().arraySha256(),
            shuffled.summarise().arraySha256(),
            kind + ", seed " + seed);
      }
    }
  }

  @Test
  void anImageCannotBeAccumulatedTwiceInOneOrMergedAccumulators() throws IOException {
    CocoDataset dataset = RandomSets.dataset(new Random(1), 3);
    long id = dataset.images().get(0).id();
    CocoEvaluator evaluator = new CocoEvaluator(dataset, CocoParams.of(IouType.BBOX));
    CocoEvaluator slice = evaluator.slice();
    evaluator.accumulate(RandomSets.detections(new Random(1), id));
    slice.accumulate(RandomSets.detections(new Random(1), id));
    assertThrows(
        IllegalArgumentException.class,
        () -> evaluator.accumulate(RandomSets.detections(new Random(1), id)));
    assertThrows(IllegalArgumentException.class, () -> evaluator.merge(slice));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> evaluator.accumulate(RandomSets.detections(new Random(1), 999_999)));
    assertTrue(e.getMessage().contains("999999"), e.getMessage());
  }

  @Test
  void theLaterOfEquallyOverlappingGroundTruthsIsMatched() throws IOException {
    CocoDataset dataset =
        new CocoDataset(
            "test",
            List.of(new CocoImage(1, SIDE, SIDE, "")),
            List.of(new CocoCategory(1, "a", "")),
            List.of(box(1, 6), box(2, 14)));
    CocoEvaluator evaluator = new CocoEvaluator(dataset, CocoParams.of(IouType.BBOX));
    evaluator.accumulate(
        ImageDetections.ofBoxes(
            1,
            new double[] {10, 10, 20, 20, 14, 10, 20, 20},
            new double[] {0.5, 0.4},
            new long[] {1, 1}));
    // The first detection matches the second box, so the second detection matches none.
    assertEquals(0.5, evaluator.summarise().perCategory().get(0).values().get("AR_max100"));
  }

  @Test
  void boxesWithNegativeSizesHaveADefinedResult() throws IOException {
    for (long seed = 0; seed < 30; seed++) {
      Random random = new Random(seed);
      CocoDataset dataset = RandomSets.dataset(random, 2);
      CocoEvaluator evaluator =
          new CocoEvaluator(
              dataset, CocoParams.of(IouType.BBOX).toBuilder().iouThresholds(0, 0.5).build());
      for (CocoImage image : dataset.images()) {
        evaluator.accumulate(
            ImageDetections.ofBoxes(
                image.id(),
                random.ints(4 * 20, -3, 4).mapToDouble(v -> v * 8).toArray(),
                random.doubles(20).toArray(),
                random.longs(20, 1, 4).toArray()));
      }
      for (double stat : evaluator.summarise().stats()) {
        assertTrue(stat >= -1 && stat <= 1, "seed " + seed + ": " + stat);
      }
    }
  }

  @Test
  @Timeout(240)
  void oneMillionDetectionsInOneImageAreLimitedToMaxDets() throws IOException {
    CocoDataset dataset = RandomSets.dataset(new Random(5), 1);
    int n = 1_000_000;
    Random random = new Random(5);
    double[] boxes = random.doubles(4L * n, 0, SIDE).toArray();
    Rle[] masks = new Rle[n];
    Arrays.fill(masks, Rle.ofBox(SIDE, SIDE, 4, 4, 20, 20));
    double[][] keypoints = new double[n][];
    Arrays.fill(keypoints, RandomSets.keypoints(random, 4, 4, 20));
    ImageDetections detections =
        new ImageDetections(
            dataset.images().get(0).id(),
            boxes,
            random.doubles(n, 1, 400).toArray(),
            random.doubles(n).toArray(),
            random.longs(n, 1, 4).toArray(),
            masks,
            keypoints);
    for (CocoParams kind : KINDS) {
      CocoEvaluator evaluator = new CocoEvaluator(dataset, kind);
      evaluator.accumulate(detections);
      assertTrue(evaluator.summarise().stats()[0] >= 0, kind.toString());
    }
    CocoParams all = CocoParams.of(IouType.BBOX).toBuilder().maxDets(1, 100, n).build();
    CocoEvaluator uncut = new CocoEvaluator(dataset, all);
    uncut.accumulate(detections);
    assertTrue(uncut.summarise().stats()[1] >= 0);
  }

  @Test
  void theSummaryIsFormattedLikePycocotools() throws IOException {
    CocoDataset dataset = RandomSets.dataset(new Random(3), 2);
    CocoEvaluation evaluation =
        new CocoEvaluator(
                dataset, CocoParams.of(IouType.BBOX).toBuilder().maxDets(5, 50, 500).build())
            .summarise();
    List<String> lines = CocoReport.summary(evaluation);
    assertEquals(12, lines.size());
    assertEquals(
        " Average Precision  (AP) @[ IoU=0.50:0.95 | area=   all | maxDets=100 ] = -1.000",
        lines.get(0));
    assertEquals(
        " Average Precision  (AP) @[ IoU=0.75      | area=   all | maxDets=500 ] = 0.000",
        lines.get(2));
    assertEquals(
        " Average Recall     (AR) @[ IoU=0.50:0.95 | area=   all | maxDets=  5 ] = 0.000",
        lines.get(6));
    assertTrue(CocoReport.categories(evaluation).get(0).startsWith("category     AP"));
  }

  private static CocoAnnotation box(long id, double left) {
    return new CocoAnnotation(
        id, 1, 1, new Box(left, 10, 20, 20), 400, Crowd.NO, RandomSets.square(left, 10, 20));
  }
}
