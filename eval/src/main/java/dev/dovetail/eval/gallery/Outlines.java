package dev.dovetail.eval.gallery;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.mask.MaskOutline;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.mask.Segmentation;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;

/** Outlines of masks at the resolution of a gallery. */
public final class Outlines {

  /** The tolerance of a line in pixels of the reduced copy, the size of the steps in a slope. */
  private static final double TOLERANCE = 1;

  private Outlines() {}

  /** Returns the outline of a mask. It is coarser in a larger image. */
  static List<double[]> of(Rle mask) {
    double scale = Math.max(mask.width(), mask.height()) / (double) PictureFiles.LONGEST;
    double tolerance = TOLERANCE * Math.max(1, scale);
    return MaskOutline.rings(mask).stream().map(ring -> simplified(ring, tolerance)).toList();
  }

  /**
   * {@return the outline of a mask from a file; polygons already are outlines}
   *
   * @param segmentation the mask
   * @param size of the image
   */
  public static List<double[]> of(Segmentation segmentation, Size size) {
    if (segmentation instanceof Segmentation.Absent) {
      return List.of();
    }
    return segmentation instanceof Segmentation.Polygons polygons
        ? Arrays.asList(polygons.parts())
        : of(segmentation.toRle(size.height(), size.width()));
  }

  /**
   * Returns a closed line with fewer corners (Douglas and Peucker). It is simplified from its first
   * corner to the corner farthest from that one, and back.
   */
  static double[] simplified(double[] ring, double tolerance) {
    int n = ring.length / 2;
    int far = 0;
    for (int i = 1; i < n; i++) {
      far = distance(ring, 0, i) > distance(ring, 0, far) ? i : far;
    }
    BitSet kept = new BitSet();
    kept.set(0);
    kept.set(far);
    Deque<int[]> spans = new ArrayDeque<>(List.of(new int[] {0, far}, new int[] {far, n}));
    while (!spans.isEmpty()) {
      int[] span = spans.pop();
      int farthest = farthest(ring, span[0], span[1], tolerance);
      if (farthest > 0) {
        kept.set(farthest);
        spans.push(new int[] {span[0], farthest});
        spans.push(new int[] {farthest, span[1]});
      }
    }
    return kept.stream()
        .boxed()
        .flatMapToDouble(i -> Arrays.stream(ring, 2 * i, 2 * i + 2))
        .toArray();
  }

  private static double distance(double[] ring, int one, int other) {
    return Math.hypot(ring[2 * other] - ring[2 * one], ring[2 * other + 1] - ring[2 * one + 1]);
  }

  /**
   * Returns the corner between two others that is farthest from their line; 0 if none exceeds the
   * tolerance.
   */
  private static int farthest(double[] ring, int from, int to, double tolerance) {
    int end = to % (ring.length / 2);
    double dx = ring[2 * end] - ring[2 * from];
    double dy = ring[2 * end + 1] - ring[2 * from + 1];
    double length = Math.hypot(dx, dy);
    int farthest = 0;
    double largest = tolerance;
    for (int i = from + 1; i < to; i++) {
      double px = ring[2 * i] - ring[2 * from];
      double py = ring[2 * i + 1] - ring[2 * from + 1];
      double distance = length == 0 ? Math.hypot(px, py) : Math.abs(dx * py - dy * px) / length;
      if (distance > largest) {
        largest = distance;
        farthest = i;
      }
    }
    return farthest;
  }
}
