package dev.dovetail.models.parity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Detections;
import dev.dovetail.graph.TensorData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Objects with masks that are painted into one map, best first, as in RF-DETR's {@code
 * post_process_instance_segmentation}. A pixel belongs to the first object that covers it, and an
 * object without pixels has no number.
 *
 * @param map the number of each pixel's object from 1 on, in row-major order; -1 for none
 * @param labels labels of the numbered objects
 * @param scores scores of the numbered objects
 */
record PaintedInstances(int[] map, List<Integer> labels, List<Float> scores) {

  /**
   * The number of pixels of an image that may be on the other side of a threshold, from the
   * fixtures' README.
   */
  private static final int PIXELS = 25;

  private static final double SCORE = 1e-4;

  static PaintedInstances of(Detections objects, float threshold) {
    int[] map = new int[(int) objects.image().pixels()];
    Arrays.fill(map, -1);
    List<Integer> labels = new ArrayList<>();
    List<Float> scores = new ArrayList<>();
    for (int i = 0; i < objects.count(); i++) {
      if (objects.scores()[i] > threshold
          && paint(map, objects.masks()[i].toRowMajor(), labels.size() + 1)) {
        labels.add(objects.labels()[i]);
        scores.add(objects.scores()[i]);
      }
    }
    return new PaintedInstances(map, labels, scores);
  }

  private static boolean paint(int[] map, byte[] mask, int number) {
    boolean any = false;
    for (int i = 0; i < map.length; i++) {
      if (mask[i] != 0 && map[i] == -1) {
        map[i] = number;
        any = true;
      }
    }
    return any;
  }

  /** Compares with {@code post.segmentation} and related values. */
  void assertMatches(Map<String, TensorData> expected) {
    long[] want = expected.get("post.labels").longs();
    assertArrayEquals(want, labels.stream().mapToLong(l -> l).toArray(), "labels");
    float[] best = expected.get("post.scores").floats();
    for (int i = 0; i < best.length; i++) {
      assertEquals(best[i], scores.get(i), SCORE, "score " + i);
      assertEquals(i + 1, expected.get("post.ids").longs()[i], "number " + i);
    }
    int[] pixels = ints(expected.get("post.segmentation"));
    assertEquals(pixels.length, map.length, "pixels");
    int other = 0;
    for (int i = 0; i < map.length; i++) {
      other += map[i] == pixels[i] ? 0 : 1;
    }
    assertTrue(other <= PIXELS, other + " of " + map.length + " pixels differ");
  }

  private static int[] ints(TensorData data) {
    int[] values = new int[Math.toIntExact(data.type().shape().elements())];
    data.bytes().asIntBuffer().get(values);
    return values;
  }
}
