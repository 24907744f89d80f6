package dev.dovetail.train.engine;

import dev.dovetail.graph.Selection;
import dev.dovetail.graph.TensorData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** {@link Selection.NonMaxSuppression} on the host, without gradients. */
final class GreedySuppression {

  private GreedySuppression() {}

  /**
   * Selects the remaining boxes.
   *
   * @param boxes [batch, n, 4], two corners
   * @param scores [batch, classes, n]
   * @return int64 [m, 3] of batch, class, box
   */
  static TensorData apply(Selection.NonMaxSuppression op, TensorData boxes, TensorData scores) {
    int batch = scores.type().shape().dim(0);
    int classes = scores.type().shape().dim(1);
    int n = scores.type().shape().dim(2);
    List<long[]> kept = new ArrayList<>();
    for (int b = 0; b < batch; b++) {
      float[] corners = boxes.row(b);
      for (int c = 0; c < classes; c++) {
        float[] score = scores.floats((b * classes + c) * n, n);
        for (int i : survivors(op, corners, score)) {
          kept.add(new long[] {b, c, i});
        }
      }
    }
    return TensorData.of(kept.stream().flatMapToLong(Arrays::stream).toArray(), kept.size(), 3);
  }

  private static List<Integer> survivors(
      Selection.NonMaxSuppression op, float[] corners, float[] score) {
    List<Integer> kept = new ArrayList<>();
    IntStream.range(0, score.length)
        .filter(i -> score[i] > op.scoreThreshold())
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> score[i]).reversed())
        .takeWhile(i -> kept.size() < op.maxPerClass())
        .filter(i -> kept.stream().noneMatch(k -> overlap(corners, k, i) > op.iouThreshold()))
        .forEachOrdered(kept::add);
    return kept;
  }

  private static float overlap(float[] corners, int a, int b) {
    float width = extent(corners, a, b, 0);
    float height = extent(corners, a, b, 1);
    float inter = width * height;
    float union = area(corners, a) + area(corners, b) - inter;
    return inter > 0 ? inter / union : 0;
  }

  /** Returns the length of the intersection of two boxes along an axis. */
  private static float extent(float[] c, int a, int b, int axis) {
    float low = Math.max(low(c, a, axis), low(c, b, axis));
    float high = Math.min(high(c, a, axis), high(c, b, axis));
    return Math.max(high - low, 0);
  }

  private static float area(float[] c, int box) {
    return (high(c, box, 0) - low(c, box, 0)) * (high(c, box, 1) - low(c, box, 1));
  }

  private static float low(float[] c, int box, int axis) {
    return Math.min(c[4 * box + axis], c[4 * box + 2 + axis]);
  }

  private static float high(float[] c, int box, int axis) {
    return Math.max(c[4 * box + axis], c[4 * box + 2 + axis]);
  }
}
