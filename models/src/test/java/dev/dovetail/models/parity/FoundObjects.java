package dev.dovetail.models.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.dovetail.graph.TensorData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The objects of one image, which are compared as a set with the tolerances in the fixtures'
 * README.
 */
record FoundObjects(List<Row> rows) {

  private static final double PIXELS = 0.02;
  private static final double SCORE = 1e-4;

  /** An object with x1, y1, x2, y2 in pixels of the original image. */
  record Row(float score, long label, float[] box) {

    private boolean isNear(Row other) {
      boolean near = label == other.label && Math.abs(score - other.score) <= SCORE;
      for (int i = 0; i < 4; i++) {
        near &= Math.abs(box[i] - other.box[i]) <= PIXELS;
      }
      return near;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT, "label %d, score %.5f, %s", label, score, Arrays.toString(box));
    }
  }

  /** Reads the objects that a fixture records with a prefix. */
  static FoundObjects expected(Map<String, TensorData> outputs, String prefix) {
    TensorData scores = outputs.get(prefix + "scores");
    int n = scores.type().shape().dim(0);
    return of(
        scores.floats(0, n),
        outputs.get(prefix + "labels").longs(),
        outputs.get(prefix + "boxes").floats(0, 4 * n));
  }

  /** Reads the objects of one image from the outputs of a graph. */
  static FoundObjects actual(Map<String, TensorData> outputs, int image) {
    TensorData scores = outputs.get("scores");
    int most = scores.type().shape().dim(1);
    int n = Math.toIntExact(outputs.get("count").longs()[image]);
    long[] labels = outputs.get("labels").longs();
    return of(
        scores.floats(image * most, n),
        Arrays.copyOfRange(labels, image * most, image * most + n),
        outputs.get("boxes").floats(image * most * 4, 4 * n));
  }

  private static FoundObjects of(float[] scores, long[] labels, float[] boxes) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < scores.length; i++) {
      rows.add(new Row(scores[i], labels[i], Arrays.copyOfRange(boxes, 4 * i, 4 * i + 4)));
    }
    return new FoundObjects(rows);
  }

  /** Creates objects without masks. */
  static FoundObjects ofBoxes(float... boxes) {
    return of(new float[boxes.length / 4], new long[boxes.length / 4], boxes);
  }

  /** Returns a copy whose labels are reduced by a number. */
  FoundObjects withLabelsFrom(int first) {
    return new FoundObjects(
        rows.stream().map(r -> new Row(r.score(), r.label() - first, r.box())).toList());
  }

  /** Returns the objects whose score exceeds a threshold. */
  FoundObjects above(float threshold) {
    return new FoundObjects(rows.stream().filter(r -> r.score() > threshold).toList());
  }

  /**
   * @param ties whether another object with the same score may replace the last one
   * @return the index of each object among the actual ones; -1 if another one replaces it
   */
  static int[] assertSame(FoundObjects expected, FoundObjects actual, boolean ties) {
    assertEquals(expected.rows().size(), actual.rows().size(), "objects");
    double last = expected.rows().stream().mapToDouble(Row::score).min().orElse(0);
    List<Integer> left = new ArrayList<>(IntStream.range(0, actual.rows().size()).boxed().toList());
    int[] places = new int[expected.rows().size()];
    for (int i = 0; i < places.length; i++) {
      Row row = expected.rows().get(i);
      places[i] =
          left.stream().filter(j -> row.isNear(actual.rows().get(j))).findFirst().orElse(-1);
      left.remove((Integer) places[i]);
      if (places[i] < 0 && !(ties && row.score() - last <= SCORE)) {
        fail(
            "not found: " + row + "; left over: " + left.stream().map(actual.rows()::get).toList());
      }
    }
    return places;
  }
}
