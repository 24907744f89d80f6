package dev.dovetail.models.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Detections;
import dev.dovetail.graph.TensorData;
import java.util.Arrays;
import java.util.Map;

/**
 * Objects in any order.
 *
 * @param boxes [n, 4]
 * @param scores [n]
 * @param labels [n]
 */
record DetectionRows(float[] boxes, float[] scores, long[] labels) {

  static DetectionRows of(Detections found) {
    return new DetectionRows(
        found.boxes(),
        found.scores(),
        Arrays.stream(found.labels()).mapToLong(label -> label).toArray());
  }

  /** Boxes without scores and labels. */
  static DetectionRows ofBoxes(float... boxes) {
    return new DetectionRows(boxes, new float[boxes.length / 4], new long[boxes.length / 4]);
  }

  /**
   * {@code post.boxes}, {@code post.scores} and {@code post.labels} of a fixture.
   *
   * @param firstLabel what is 0 here
   */
  static DetectionRows expected(Map<String, TensorData> outputs, int firstLabel) {
    return new DetectionRows(
        outputs.get("post.boxes").floats(),
        outputs.get("post.scores").floats(),
        Arrays.stream(outputs.get("post.labels").longs()).map(l -> l - firstLabel).toArray());
  }

  /**
   * Finds each of these in another set of as many: the nearest that is not taken, within the
   * tolerances.
   *
   * @return the places there
   */
  int[] match(DetectionRows others, double pixels, double score) {
    assertEquals(labels.length, others.labels.length, "number of objects");
    boolean[] taken = new boolean[labels.length];
    int[] places = new int[labels.length];
    for (int i = 0; i < labels.length; i++) {
      int best = -1;
      double least = Double.POSITIVE_INFINITY;
      for (int j = 0; j < taken.length; j++) {
        double distance = distance(i, others, j, pixels, score);
        if (!taken[j] && distance < least) {
          least = distance;
          best = j;
        }
      }
      assertTrue(
          least <= 1,
          "object "
              + i
              + ", "
              + Arrays.toString(Arrays.copyOfRange(boxes, 4 * i, 4 * i + 4))
              + " of score "
              + scores[i]
              + " and label "
              + labels[i]
              + ", was not found; the nearest is off by "
              + least
              + " times the tolerance");
      taken[best] = true;
      places[i] = best;
    }
    return places;
  }

  /** In units of the tolerances. */
  private double distance(int i, DetectionRows others, int j, double pixels, double score) {
    if (labels[i] != others.labels[j]) {
      return Double.POSITIVE_INFINITY;
    }
    double distance = Math.abs(scores[i] - others.scores[j]) / score;
    for (int k = 0; k < 4; k++) {
      distance = Math.max(distance, Math.abs(boxes[4 * i + k] - others.boxes[4 * j + k]) / pixels);
    }
    return distance;
  }
}
