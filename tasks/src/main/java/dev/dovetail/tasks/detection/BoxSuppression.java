package dev.dovetail.tasks.detection;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Greedy non-maximum suppression among the objects of a class, in the float32 arithmetic of mmcv's
 * and torchvision's {@code batched_nms}: boxes of different classes are separated by an offset
 * larger than the largest coordinate.
 *
 * @param iouThreshold overlap (intersection over union) above which the object with the lower score
 *     is removed
 * @param max the maximum number of objects that are kept
 */
record BoxSuppression(float iouThreshold, int max) {

  /**
   * Returns the kept objects, best first; objects with equal scores keep their order.
   *
   * @param boxes [n, 4]: x1 y1 x2 y2
   * @param scores [n]
   * @param labels [n]
   */
  int[] keep(float[] boxes, float[] scores, int[] labels) {
    float[] apart = apart(boxes, labels);
    List<Integer> kept = new ArrayList<>();
    IntStream.range(0, scores.length)
        .boxed()
        .sorted(Comparator.comparing((Integer i) -> scores[i]).reversed())
        .takeWhile(i -> kept.size() < max)
        .filter(i -> kept.stream().noneMatch(k -> overlap(apart, k, i) > iouThreshold))
        .forEachOrdered(kept::add);
    return kept.stream().mapToInt(i -> i).toArray();
  }

  private static float[] apart(float[] boxes, int[] labels) {
    float most = Float.NEGATIVE_INFINITY;
    for (float coordinate : boxes) {
      most = Math.max(most, coordinate);
    }
    float[] moved = new float[boxes.length];
    for (int i = 0; i < boxes.length; i++) {
      moved[i] = boxes[i] + labels[i / 4] * (most + 1);
    }
    return moved;
  }

  private static float overlap(float[] boxes, int a, int b) {
    float common = along(boxes, a, b, 0) * along(boxes, a, b, 1);
    return common / (area(boxes, a) + area(boxes, b) - common);
  }

  /** Returns the overlap of two boxes along an axis. */
  private static float along(float[] boxes, int a, int b, int axis) {
    float from = Math.max(boxes[4 * a + axis], boxes[4 * b + axis]);
    float to = Math.min(boxes[4 * a + 2 + axis], boxes[4 * b + 2 + axis]);
    return Math.max(to - from, 0);
  }

  private static float area(float[] boxes, int i) {
    return (boxes[4 * i + 2] - boxes[4 * i]) * (boxes[4 * i + 3] - boxes[4 * i + 1]);
  }
}
