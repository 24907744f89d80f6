package dev.dovetail.models.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.core.DType;
import dev.dovetail.formats.Detections;
import dev.dovetail.formats.panoptic.PanopticMap;
import dev.dovetail.formats.panoptic.PanopticMap.Segment;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.graph.TensorData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * A map of segments from transformers' post-processing: the number of a segment for each pixel, and
 * a list of segments. A number may occur more than once (merged stuff, and segments after it, which
 * the library numbers again).
 *
 * @param pixels numbers in row-major order; a number without a segment is void
 */
record SegmentsOfTransformers(long[] pixels, long[] ids, long[] labels, float[] scores) {

  /**
   * The number of pixels of an image that may be on the other side of a threshold, from the
   * fixtures' README.
   */
  private static final int PIXELS = 25;

  private static final double SCORE = 1e-4;
  private static final long VOID = -1;

  /**
   * @param prefix such as {@code post.panoptic.}
   */
  static SegmentsOfTransformers of(Map<String, TensorData> outputs, String prefix) {
    TensorData scores = outputs.get(prefix + "scores");
    return new SegmentsOfTransformers(
        integers(outputs.get(prefix + "segmentation")),
        outputs.get(prefix + "ids").longs(),
        outputs.get(prefix + "labels").longs(),
        scores.floats(0, scores.type().shape().dim(0)));
  }

  static long[] integers(TensorData map) {
    int n = Math.toIntExact(map.type().shape().elements());
    return switch (map.type().dtype()) {
      case INT64 -> map.longs();
      case INT32 -> IntStream.range(0, n).mapToLong(i -> map.bytes().getInt(4 * i)).toArray();
      default -> {
        assertEquals(DType.FLOAT32, map.type().dtype());
        yield IntStream.range(0, n).mapToLong(i -> (long) map.bytes().getFloat(4 * i)).toArray();
      }
    };
  }

  static void assertLabels(TensorData expected, LabelMap actual) {
    long[] own = new long[(int) actual.size().pixels()];
    Arrays.setAll(own, actual::at);
    assertPixels(integers(expected), own);
  }

  /** Instances are painted in the order of the list, each over the previous ones. */
  void assertSame(Detections objects) {
    assertEquals(ids.length, objects.count(), "instances");
    long[] painted = new long[pixels.length];
    Arrays.fill(painted, VOID);
    List<Integer> left = new ArrayList<>(IntStream.range(0, ids.length).boxed().toList());
    for (int k = 0; k < ids.length; k++) {
      int own = nearest(k, left, objects.labels(), objects.scores());
      left.remove(Integer.valueOf(own));
      byte[] mask = objects.masks()[own].toRowMajor();
      for (int i = 0; i < mask.length; i++) {
        painted[i] = mask[i] == 0 ? painted[i] : ids[k];
      }
    }
    assertPixels(voided(), painted);
  }

  /** Merged segments correspond to a single segment of Dovetail with the score of the first one. */
  void assertSame(PanopticMap map, Set<Integer> joined) {
    int[] theirs = new int[map.segments().size() + 1];
    Arrays.fill(theirs, (int) VOID);
    List<Segment> segments = map.segments();
    int[] ownLabels = segments.stream().mapToInt(Segment::label).toArray();
    float[] ownScores = new float[segments.size()];
    IntStream.range(0, ownScores.length)
        .forEach(i -> ownScores[i] = (float) segments.get(i).score());
    List<Integer> left = new ArrayList<>(IntStream.range(0, segments.size()).boxed().toList());
    Set<Long> known = new TreeSet<>();
    for (int k = 0; k < ids.length; k++) {
      if (joined.contains((int) labels[k]) && !known.add(labels[k])) {
        continue;
      }
      int own = nearest(k, left, ownLabels, ownScores);
      left.remove(Integer.valueOf(own));
      theirs[segments.get(own).id()] = (int) ids[k];
    }
    assertTrue(left.isEmpty(), () -> "segments that transformers does not find: " + left);
    assertPixels(voided(), Arrays.stream(map.map().ids()).mapToLong(id -> theirs[id]).toArray());
  }

  private long[] voided() {
    Set<Long> known = new TreeSet<>();
    Arrays.stream(ids).forEach(known::add);
    return Arrays.stream(pixels).map(p -> known.contains(p) ? p : VOID).toArray();
  }

  private int nearest(int k, List<Integer> left, int[] ownLabels, float[] ownScores) {
    return left.stream()
        .filter(i -> ownLabels[i] == labels[k])
        .filter(i -> Math.abs(ownScores[i] - scores[k]) <= SCORE)
        .min((a, b) -> Float.compare(distance(k, ownScores[a]), distance(k, ownScores[b])))
        .orElseThrow(
            () ->
                new AssertionError(
                    "no segment of label "
                        + labels[k]
                        + " and score "
                        + scores[k]
                        + " among "
                        + Arrays.toString(ownLabels)
                        + ", "
                        + Arrays.toString(ownScores)));
  }

  private float distance(int k, float score) {
    return Math.abs(score - scores[k]);
  }

  private static void assertPixels(long[] expected, long[] actual) {
    assertEquals(expected.length, actual.length, "pixels");
    long other = IntStream.range(0, actual.length).filter(i -> expected[i] != actual[i]).count();
    assertTrue(other <= PIXELS, other + " of " + actual.length + " pixels differ");
  }
}
