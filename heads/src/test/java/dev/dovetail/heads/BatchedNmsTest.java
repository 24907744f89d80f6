package dev.dovetail.heads;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.heads.boxes.BatchedNms;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchedNmsTest {

  /** Returns the indices of the kept boxes of one image. */
  private static long[] keep(BatchedNms suppression, float[] boxes, float[] scores, long[] groups) {
    Trace trace = new Trace();
    int any = Shape.UNKNOWN;
    Tensor s = trace.input("scores", DType.FLOAT32, any);
    Tensor kept =
        suppression.keep(
            trace.input("boxes", DType.FLOAT32, any, 4).unsqueeze(0),
            s.unsqueeze(0),
            trace.input("groups", DType.INT64, any),
            s.unsqueeze(0).greater(-1));
    int n = scores.length;
    return Runner.run(
            trace.graph(Map.of("kept", kept.select(1, 1))),
            Map.of(
                "boxes", TensorData.of(boxes, n, 4),
                "scores", TensorData.of(scores, n),
                "groups", TensorData.of(groups, n)),
            Precision.FP32)
        .get("kept")
        .longs();
  }

  private static float overlap(float[] b, int i, int j) {
    float w = Math.min(b[4 * i + 2], b[4 * j + 2]) - Math.max(b[4 * i], b[4 * j]);
    float h = Math.min(b[4 * i + 3], b[4 * j + 3]) - Math.max(b[4 * i + 1], b[4 * j + 1]);
    float inter = Math.max(w, 0) * Math.max(h, 0);
    return inter / (area(b, i) + area(b, j) - inter);
  }

  private static float area(float[] b, int i) {
    return (b[4 * i + 2] - b[4 * i]) * (b[4 * i + 3] - b[4 * i + 1]);
  }

  /** Implements the definition directly, for boxes on a coarse grid, which avoids rounding. */
  private static long[] greedy(float threshold, float[] boxes, float[] scores, long[] groups) {
    List<Integer> order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -scores[i]))
            .toList();
    List<Integer> kept = new ArrayList<>();
    for (int i : order) {
      if (kept.stream()
          .noneMatch(k -> groups[k] == groups[i] && overlap(boxes, k, i) > threshold)) {
        kept.add(i);
      }
    }
    return kept.stream().mapToLong(i -> i).toArray();
  }

  @Test
  void equalsTheDefinitionOnRandomBoxesWithManyEqualScores() {
    for (int seed = 0; seed < 30; seed++) {
      Random random = new Random(seed);
      int n = 1 + random.nextInt(60);
      float[] boxes = new float[4 * n];
      float[] scores = new float[n];
      long[] groups = new long[n];
      for (int i = 0; i < n; i++) {
        boxes[4 * i] = random.nextInt(16);
        boxes[4 * i + 1] = random.nextInt(16);
        boxes[4 * i + 2] = boxes[4 * i] + 1 + random.nextInt(16);
        boxes[4 * i + 3] = boxes[4 * i + 1] + 1 + random.nextInt(16);
        scores[i] = random.nextInt(12) / 16f;
        groups[i] = random.nextInt(3);
      }
      assertArrayEquals(
          greedy(0.5f, boxes, scores, groups),
          keep(new BatchedNms(0.5f, n), boxes, scores, groups),
          "seed " + seed);
    }
  }

  @Test
  void anOverlapEqualToTheThresholdIsKept() {
    float[] boxes = {0, 0, 2, 2, 0, 0, 2, 1};
    float[] scores = {0.9f, 0.8f};
    assertEquals(2, keep(new BatchedNms(0.5f, 9), boxes, scores, new long[2]).length);
    assertEquals(1, keep(new BatchedNms(0.49f, 9), boxes, scores, new long[2]).length);
  }

  @Test
  void noBoxesGiveAnEmptyResult() {
    assertEquals(0, keep(new BatchedNms(0.5f, 9), new float[0], new float[0], new long[0]).length);
  }

  @Test
  void onlyTheBestAreKept() {
    float[] boxes = {0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5};
    long[] kept = keep(new BatchedNms(0.5f, 2), boxes, new float[] {.1f, .3f, .2f}, new long[3]);
    assertArrayEquals(new long[] {1, 2}, kept);
  }
}
