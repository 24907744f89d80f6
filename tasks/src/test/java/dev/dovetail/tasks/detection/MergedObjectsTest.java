package dev.dovetail.tasks.detection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Detections;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.graph.TensorData;
import dev.dovetail.images.Geometry;
import dev.dovetail.images.MaskRegion;
import dev.dovetail.images.SampledMaskPaste;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Objects of views with made-up outputs of the graphs. */
class MergedObjectsTest {

  private static final Size IMAGE = new Size(60, 100);
  private static final Geometry AS_IT_IS = new Geometry(IMAGE, IMAGE, IMAGE, false);
  private static final Geometry MIRRORED = new Geometry(IMAGE, IMAGE, IMAGE, true);

  private static MergedObjects none(double iou, int most) {
    return new MergedObjects(new DetectionTask(3), new BoxSuppression((float) iou, most), IMAGE);
  }

  /** The second image of a batch of two; the first one contains other values. */
  private static Map<String, TensorData> outputs(float[] boxes, float[] scores, long[] labels) {
    int n = scores.length;
    float[] allBoxes = new float[8 * n];
    float[] allScores = new float[2 * n];
    long[] allLabels = new long[2 * n];
    System.arraycopy(boxes, 0, allBoxes, 4 * n, 4 * n);
    System.arraycopy(scores, 0, allScores, n, n);
    System.arraycopy(labels, 0, allLabels, n, n);
    return Map.of(
        "boxes", TensorData.of(allBoxes, 2, n, 4),
        "scores", TensorData.of(allScores, 2, n),
        "labels", TensorData.of(allLabels, 2, n),
        "count", TensorData.of(new long[] {n, n}, 2));
  }

  private static float[] mirrored(float[] boxes) {
    float[] turned = boxes.clone();
    for (int i = 0; i < boxes.length; i += 4) {
      turned[i] = IMAGE.width() - boxes[i + 2];
      turned[i + 2] = IMAGE.width() - boxes[i];
    }
    return turned;
  }

  private static float[] boxes(Random random, int n) {
    float[] boxes = new float[4 * n];
    for (int i = 0; i < boxes.length; i += 4) {
      boxes[i] = random.nextInt(80);
      boxes[i + 1] = random.nextInt(40);
      boxes[i + 2] = boxes[i] + 1 + random.nextInt(20);
      boxes[i + 3] = boxes[i + 1] + 1 + random.nextInt(20);
    }
    return boxes;
  }

  @Test
  void aSymmetricNetworkFindsTheSameObjectsInFlippedViews() {
    float[] boxes = {10, 10, 30, 40, 50, 5, 90, 55, 12, 11, 31, 39};
    float[] scores = {0.9f, 0.8f, 0.7f};
    long[] labels = {2, 0, 1};
    MergedObjects result = none(0.5, 100);
    result.add(0, AS_IT_IS, outputs(boxes, scores, labels), 1);
    result.add(0, MIRRORED, outputs(mirrored(boxes), scores, labels), 1);
    Detections merged = result.result();
    assertArrayEquals(boxes, merged.boxes());
    assertArrayEquals(scores, merged.scores());
    assertArrayEquals(new int[] {2, 0, 1}, merged.labels());
  }

  @Test
  void masksAreFlippedBackAndAveragedBeforeThresholding() {
    MergedObjects result = none(0.5, 100);
    result.add(0, AS_IT_IS, outputs(new float[] {20, 20, 40, 40}, new float[] {1}, new long[1]), 1);
    float[] regions = result.inputs(MIRRORED).get("regions").floats();
    assertArrayEquals(new float[] {60, 20, 80, 40}, regions);
    Size half = new Size(30, 50);
    Geometry smaller = new Geometry(IMAGE, half, half, true);
    assertArrayEquals(new float[] {30, 10, 40, 20}, result.inputs(smaller).get("regions").floats());
    TensorData one = TensorData.of(new float[] {1, 0.2f, 1, 0.4f}, 1, 2, 2);
    TensorData other = TensorData.of(new float[] {0.3f, 0.4f, 0.5f, 0.6f}, 1, 2, 2);
    result.add(1, AS_IT_IS, Map.of("mask_probs", one), 0);
    result.add(1, MIRRORED, Map.of("mask_probs", other), 0);
    float[] mean = {(1 + 0.4f) / 2, (0.2f + 0.3f) / 2, (1 + 0.6f) / 2, (0.4f + 0.5f) / 2};
    MaskRegion r = new SampledMaskPaste(0.5f).paste(mean, 0, 2, 20, 20, 40, 40, IMAGE);
    Rle expected = Rle.ofRegion(60, 100, r.x(), r.y(), r.width(), r.height(), r.columnMajor());
    assertTrue(expected.area() > 20);
    assertArrayEquals(new Rle[] {expected}, result.result().masks());
  }

  @Test
  void withoutObjectsNoMasksArePredicted() {
    MergedObjects result = none(0.5, 100);
    result.add(0, AS_IT_IS, outputs(new float[0], new float[0], new long[0]), 1);
    assertFalse(result.needs(1));
    assertEquals(0, result.result().count());
  }

  /** mmcv's {@code batched_nms}: sequential, with its order and its flags of suppressed boxes. */
  private static int[] reference(float[] boxes, float[] scores, int[] labels, float iou, int max) {
    float most = 0;
    for (float coordinate : boxes) {
      most = Math.max(most, coordinate);
    }
    float[] apart = boxes.clone();
    for (int i = 0; i < apart.length; i++) {
      apart[i] += labels[i / 4] * (most + 1);
    }
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < scores.length; i++) {
      int at = 0;
      while (at < order.size() && scores[order.get(at)] >= scores[i]) {
        at++;
      }
      order.add(at, i);
    }
    boolean[] suppressed = new boolean[scores.length];
    List<Integer> keep = new ArrayList<>();
    for (int a = 0; a < order.size(); a++) {
      int i = order.get(a);
      if (suppressed[i]) {
        continue;
      }
      keep.add(i);
      float area = (apart[4 * i + 2] - apart[4 * i]) * (apart[4 * i + 3] - apart[4 * i + 1]);
      for (int b = a + 1; b < order.size(); b++) {
        int j = order.get(b);
        float xx1 = Math.max(apart[4 * i], apart[4 * j]);
        float yy1 = Math.max(apart[4 * i + 1], apart[4 * j + 1]);
        float xx2 = Math.min(apart[4 * i + 2], apart[4 * j + 2]);
        float yy2 = Math.min(apart[4 * i + 3], apart[4 * j + 3]);
        float inter = Math.max(0, xx2 - xx1) * Math.max(0, yy2 - yy1);
        float other = (apart[4 * j + 2] - apart[4 * j]) * (apart[4 * j + 3] - apart[4 * j + 1]);
        suppressed[j] |= inter / (area + other - inter) > iou;
      }
    }
    return keep.stream().limit(max).mapToInt(i -> i).toArray();
  }

  @Test
  void suppressionEqualsMmcv() {
    for (long seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      int n = 1 + random.nextInt(80);
      float[] boxes = boxes(random, n);
      float[] scores = new float[n];
      int[] labels = new int[n];
      for (int i = 0; i < n; i++) {
        scores[i] = random.nextInt(30) / 30f; // with ties
        labels[i] = random.nextInt(3);
      }
      float iou = random.nextFloat();
      int max = 1 + random.nextInt(60);
      assertArrayEquals(
          reference(boxes, scores, labels, iou, max),
          new BoxSuppression(iou, max).keep(boxes, scores, labels),
          "seed " + seed);
    }
  }
}
