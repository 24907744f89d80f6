package dev.dovetail.train.detection;

import java.util.Arrays;

/**
 * Gives boxes to objects by their overlap (mmdet's {@code MaxIoUAssigner}). A box that overlaps an
 * object by {@code positive} or more learns the one that it overlaps most, the first of equal ones.
 * One that overlaps all by less than {@code negative} is background. Those between are ignored.
 * Then each object, in order, takes all boxes that overlap it exactly as much as its best box, if
 * that is at least {@code minPositive}, also from other objects.
 *
 * <p>Overlaps are computed in float32 in the reference's order: which boxes are equally good for an
 * object depends on the rounding.
 *
 * @param positive overlap from which a box is an object
 * @param negative overlap below which it is background
 * @param minPositive overlap from which an object takes its best boxes
 * @param matchLowQuality whether objects take their best boxes at all
 */
public record MaxIouAssigner(
    float positive, float negative, float minPositive, boolean matchLowQuality) {

  /** What ignored boxes are assigned to. */
  public static final int IGNORED = -1;

  /** What background is assigned to; object {@code k} is {@code k + 1}. */
  public static final int BACKGROUND = 0;

  /**
   * @param positive overlap from which a box is an object
   * @param negative overlap below which it is background
   * @param minPositive overlap from which an object takes its best boxes
   * @param matchLowQuality whether objects take their best boxes at all
   * @throws IllegalArgumentException if an overlap is not from 0 to 1, or {@code negative} is above
   *     {@code positive}
   */
  public MaxIouAssigner {
    for (float overlap : new float[] {positive, negative, minPositive}) {
      if (!(overlap >= 0 && overlap <= 1)) {
        throw new IllegalArgumentException(
            "an overlap is " + overlap + ", expected a number from 0 to 1");
      }
    }
    if (negative > positive) {
      throw new IllegalArgumentException(
          "boxes are background below "
              + negative
              + " and objects from "
              + positive
              + "; expected the first to be at most the second");
    }
  }

  /** {@return the assigner of anchors in the published models} */
  public static MaxIouAssigner ofAnchors() {
    return new MaxIouAssigner(0.7f, 0.3f, 0.3f, true);
  }

  /** {@return the assigner of proposals in the published Mask R-CNN models} */
  public static MaxIouAssigner ofProposals() {
    return new MaxIouAssigner(0.5f, 0.5f, 0.5f, true);
  }

  /**
   * What boxes are.
   *
   * @param objects for each box {@link #IGNORED}, {@link #BACKGROUND} or {@code k + 1} for object
   *     {@code k}
   * @param overlaps of each box with the object that it overlaps most; 0 if there are no objects
   */
  public record Assignment(int[] objects, float[] overlaps) {}

  /**
   * Assigns boxes to objects.
   *
   * @param boxes x1 y1 x2 y2 of each
   * @param objects x1 y1 x2 y2 of each
   * @return what each box is
   */
  public Assignment assign(float[] boxes, float[] objects) {
    int n = boxes.length / 4;
    int count = objects.length / 4;
    int[] assigned = new int[n];
    float[] largest = new float[n];
    if (count == 0) {
      return new Assignment(assigned, largest);
    }
    float[] areas = areas(boxes);
    float[] objectAreas = areas(objects);
    int[] which = new int[n];
    float[] best = new float[count];
    for (int k = 0; k < count; k++) {
      for (int i = 0; i < n; i++) {
        float overlap = overlap(boxes, i, areas[i], objects, k, objectAreas[k]);
        if (overlap > largest[i]) {
          largest[i] = overlap;
          which[i] = k;
        }
        best[k] = Math.max(best[k], overlap);
      }
    }
    Arrays.fill(assigned, IGNORED);
    for (int i = 0; i < n; i++) {
      if (largest[i] < negative) {
        assigned[i] = BACKGROUND;
      }
      if (largest[i] >= positive) {
        assigned[i] = which[i] + 1;
      }
    }
    for (int k = 0; matchLowQuality && k < count; k++) {
      for (int i = 0; best[k] >= minPositive && i < n; i++) {
        if (overlap(boxes, i, areas[i], objects, k, objectAreas[k]) == best[k]) {
          assigned[i] = k + 1;
        }
      }
    }
    return new Assignment(assigned, largest);
  }

  private static float[] areas(float... boxes) {
    float[] areas = new float[boxes.length / 4];
    for (int i = 0; i < areas.length; i++) {
      areas[i] = (boxes[4 * i + 2] - boxes[4 * i]) * (boxes[4 * i + 3] - boxes[4 * i + 1]);
    }
    return areas;
  }

  private static float overlap(float[] a, int i, float areaA, float[] b, int k, float areaB) {
    float width = Math.min(a[4 * i + 2], b[4 * k + 2]) - Math.max(a[4 * i], b[4 * k]);
    float height = Math.min(a[4 * i + 3], b[4 * k + 3]) - Math.max(a[4 * i + 1], b[4 * k + 1]);
    float common = Math.max(width, 0) * Math.max(height, 0);
    return common / Math.max(areaB + areaA - common, 1e-6f);
  }
}
