package dev.dovetail.train.detection;

import java.util.Arrays;

/**
 * Assigns boxes to objects by IoU (mmdet's {@code MaxIoUAssigner}). A box whose maximum IoU is at
 * least {@code positive} is assigned to the object with that IoU, the first one in case of ties. A
 * box whose IoU with all objects is less than {@code negative} is background. Other boxes are
 * ignored. Then each object, in order, takes all boxes whose IoU equals that of its best box, if
 * that IoU is at least {@code minPositive}. It may take boxes from other objects.
 *
 * <p>The IoU is computed in float32 in the reference's order of operations, since ties depend on
 * rounding.
 *
 * @param positive the IoU from which a box is assigned to an object
 * @param negative the IoU below which a box is background
 * @param minPositive the IoU from which an object takes its best boxes
 * @param matchLowQuality whether objects take their best boxes at all
 */
public record MaxIouAssigner(
    float positive, float negative, float minPositive, boolean matchLowQuality) {

  /** The assignment of ignored boxes. */
  public static final int IGNORED = -1;

  /** The assignment of background; object {@code k} is {@code k + 1}. */
  public static final int BACKGROUND = 0;

  /**
   * @param positive the IoU from which a box is assigned to an object
   * @param negative the IoU below which a box is background
   * @param minPositive the IoU from which an object takes its best boxes
   * @param matchLowQuality whether objects take their best boxes at all
   * @throws IllegalArgumentException if an IoU is not from 0 to 1, or {@code negative} is above
   *     {@code positive}
   */
  public MaxIouAssigner {
    for (float overlap : new float[] {positive, negative, minPositive}) {
      if (!(overlap >= 0 && overlap <= 1)) {
        throw new IllegalArgumentException(
            "an IoU threshold is " + overlap + ", expected a number from 0 to 1");
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

  /** {@return the assigner for anchors of the published models} */
  public static MaxIouAssigner ofAnchors() {
    return new MaxIouAssigner(0.7f, 0.3f, 0.3f, true);
  }

  /** {@return the assigner for proposals of the published Mask R-CNN models} */
  public static MaxIouAssigner ofProposals() {
    return new MaxIouAssigner(0.5f, 0.5f, 0.5f, true);
  }

  /**
   * The result of an assignment.
   *
   * @param objects for each box {@link #IGNORED}, {@link #BACKGROUND} or {@code k + 1} for object
   *     {@code k}
   * @param overlaps the maximum IoU of each box with an object; 0 if there are no objects
   */
  public record Assignment(int[] objects, float[] overlaps) {}

  /**
   * Assigns boxes to objects.
   *
   * @param boxes x1 y1 x2 y2 of each box
   * @param objects x1 y1 x2 y2 of each object
   * @return the assignment of each box
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
