package dev.dovetail.eval.coco.matching;

import dev.dovetail.eval.coco.params.IouType;
import dev.dovetail.formats.coco.Keypoints;
import dev.dovetail.formats.mask.Rle;

/**
 * The detections of one image as columns. Among equal scores, the earlier row comes first.
 *
 * <p>The area of a detection determines the size class of a false positive. As in COCO's result
 * files, it is the area of the mask if a detection has only a mask, and otherwise that of the box.
 */
public final class ImageDetections {

  private static final double[][] NO_KEYPOINTS = {};

  private final long imageId;
  private final double[] boxes;
  private final double[] areas;
  private final double[] scores;
  private final long[] categoryIds;
  private final Rle[] masks;
  private final double[][] keypoints;

  public ImageDetections(
      long imageId,
      double[] boxes,
      double[] areas,
      double[] scores,
      long[] categoryIds,
      Rle[] masks,
      double[][] keypoints) {
    this.imageId = imageId;
    this.boxes = boxes;
    this.areas = areas;
    this.scores = scores;
    this.categoryIds = categoryIds;
    this.masks = masks;
    this.keypoints = keypoints;
    check();
  }

  /**
   * Creates detections with boxes.
   *
   * @param imageId the image's id
   * @param boxes {@code [n * 4]}: left, top, width, height in pixels
   * @param scores {@code [n]}
   * @param categoryIds {@code [n]}
   * @return the detections
   * @throws IllegalArgumentException if the lengths do not match or a number is NaN
   */
  public static ImageDetections ofBoxes(
      long imageId, double[] boxes, double[] scores, long[] categoryIds) {
    return new ImageDetections(
        imageId,
        boxes.clone(),
        boxAreas(boxes),
        scores.clone(),
        categoryIds.clone(),
        new Rle[0],
        NO_KEYPOINTS);
  }

  /**
   * Creates detections with float32 boxes, as if read from a result file with exactly these values.
   *
   * @param imageId the image's id
   * @param boxes {@code [n * 4]}: left, top, width, height in pixels
   * @param scores {@code [n]}
   * @param categoryIds {@code [n]}
   * @return the detections
   */
  public static ImageDetections ofBoxes(
      long imageId, float[] boxes, float[] scores, long[] categoryIds) {
    return ofBoxes(imageId, widened(boxes), widened(scores), categoryIds);
  }

  /**
   * Creates detections with masks. Area and box are those of the mask.
   *
   * @param imageId the image's id
   * @param masks {@code [n]}
   * @param scores {@code [n]}
   * @param categoryIds {@code [n]}
   * @return the detections
   */
  public static ImageDetections ofMasks(
      long imageId, Rle[] masks, double[] scores, long[] categoryIds) {
    double[] boxes = new double[4 * masks.length];
    double[] areas = new double[masks.length];
    for (int i = 0; i < masks.length; i++) {
      extent(masks[i], boxes, 4 * i);
      areas[i] = masks[i].area();
    }
    return new ImageDetections(
        imageId, boxes, areas, scores.clone(), categoryIds.clone(), masks.clone(), NO_KEYPOINTS);
  }

  /**
   * Creates detections with masks and float32 scores.
   *
   * @param imageId the image's id
   * @param masks {@code [n]}
   * @param scores {@code [n]}
   * @param categoryIds {@code [n]}
   * @return the detections
   */
  public static ImageDetections ofMasks(
      long imageId, Rle[] masks, float[] scores, long[] categoryIds) {
    return ofMasks(imageId, masks, widened(scores), categoryIds);
  }

  /**
   * Creates detections with boxes and masks. The area is that of the box, even if masks are
   * evaluated.
   *
   * @param imageId the image's id
   * @param boxes {@code [n * 4]}: left, top, width, height in pixels
   * @param masks {@code [n]}
   * @param scores {@code [n]}
   * @param categoryIds {@code [n]}
   * @return the detections
   */
  public static ImageDetections ofBoxesAndMasks(
      long imageId, double[] boxes, Rle[] masks, double[] scores, long[] categoryIds) {
    return new ImageDetections(
        imageId,
        boxes.clone(),
        boxAreas(boxes),
        scores.clone(),
        categoryIds.clone(),
        masks.clone(),
        NO_KEYPOINTS);
  }

  /**
   * Creates detections with keypoints. Their bounding box is the box and determines the area.
   *
   * @param imageId the image's id
   * @param keypoints {@code [n, 3 * points]}: x and y in pixels, and a third value that is ignored
   * @param scores {@code [n]}
   * @param categoryIds {@code [n]}
   * @return the detections
   */
  public static ImageDetections ofKeypoints(
      long imageId, double[][] keypoints, double[] scores, long[] categoryIds) {
    double[] boxes = new double[4 * keypoints.length];
    for (int i = 0; i < keypoints.length; i++) {
      extent(keypoints[i], boxes, 4 * i);
    }
    return ofBoxesAndKeypoints(imageId, boxes, keypoints, scores, categoryIds);
  }

  /**
   * Creates detections with boxes and keypoints. The area is that of the box.
   *
   * @param imageId the image's id
   * @param boxes {@code [n * 4]}: left, top, width, height in pixels
   * @param keypoints {@code [n, 3 * points]}: x and y in pixels, and a third value that is ignored
   * @param scores {@code [n]}
   * @param categoryIds {@code [n]}
   * @return the detections
   */
  public static ImageDetections ofBoxesAndKeypoints(
      long imageId, double[] boxes, double[][] keypoints, double[] scores, long[] categoryIds) {
    return new ImageDetections(
        imageId,
        boxes.clone(),
        boxAreas(boxes),
        scores.clone(),
        categoryIds.clone(),
        new Rle[0],
        keypoints.clone());
  }

  /** Writes the box of a mask. */
  static void extent(Rle mask, double[] boxes, int at) {
    Rle.Box box = mask.box();
    boxes[at] = box.x();
    boxes[at + 1] = box.y();
    boxes[at + 2] = box.width();
    boxes[at + 3] = box.height();
  }

  /** Writes the bounding box of all keypoints, regardless of their third value. */
  static void extent(double[] keypoints, double[] boxes, int at) {
    double left = Double.POSITIVE_INFINITY;
    double top = Double.POSITIVE_INFINITY;
    double right = Double.NEGATIVE_INFINITY;
    double bottom = Double.NEGATIVE_INFINITY;
    for (int i = 0; i + 1 < keypoints.length; i += Keypoints.STRIDE) {
      left = Math.min(left, keypoints[i]);
      right = Math.max(right, keypoints[i]);
      top = Math.min(top, keypoints[i + 1]);
      bottom = Math.max(bottom, keypoints[i + 1]);
    }
    boxes[at] = left;
    boxes[at + 1] = top;
    boxes[at + 2] = right - left;
    boxes[at + 3] = bottom - top;
  }

  private void check() {
    int n = scores.length;
    if (boxes.length != 4 * n
        || categoryIds.length != n
        || (masks.length != 0 && masks.length != n)
        || (keypoints.length != 0 && keypoints.length != n)) {
      throw new IllegalArgumentException(
          "image "
              + imageId
              + (" has " + n + " scores, " + boxes.length + " box values, ")
              + (categoryIds.length + " categories, " + masks.length + " masks and ")
              + (keypoints.length + " lists of keypoints; expected one, four, one, one and one")
              + " (or no masks, or no keypoints) for each detection");
    }
    for (int i = 0; i < n; i++) {
      if (Double.isNaN(scores[i]) || Double.isNaN(areas[i])) {
        throw new IllegalArgumentException(
            "detection " + i + " of image " + imageId + " has a score or a box that is NaN");
      }
    }
  }

  private static double[] boxAreas(double[] boxes) {
    double[] areas = new double[boxes.length / 4];
    for (int i = 0; i < areas.length; i++) {
      areas[i] = boxes[4 * i + 2] * boxes[4 * i + 3];
    }
    return areas;
  }

  private static double[] widened(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }

  /** {@return the image's id} */
  public long imageId() {
    return imageId;
  }

  /** {@return the number of detections} */
  public int size() {
    return scores.length;
  }

  public double[] boxes() {
    return boxes;
  }

  public double area(int row) {
    return areas[row];
  }

  public double[] scores() {
    return scores;
  }

  public long categoryId(int row) {
    return categoryIds[row];
  }

  /**
   * Checks that the rows have the data that a type requires.
   *
   * @throws IllegalArgumentException if masks are missing, or the number of keypoints is different
   */
  public void require(IouType type, int[] rows, int points) {
    if (type.needsMasks() && masks.length != scores.length) {
      throw new IllegalArgumentException(
          "the detections of image "
              + imageId
              + " have no masks; they are required for this evaluation");
    }
    if (type == IouType.KEYPOINTS) {
      if (keypoints.length != scores.length) {
        throw new IllegalArgumentException(
            "the detections of image "
                + imageId
                + " have no keypoints; they are required for this evaluation");
      }
      for (int i : rows) {
        if (keypoints[i].length != Keypoints.STRIDE * points) {
          throw new IllegalArgumentException(
              "detection "
                  + (i + " of image " + imageId + " has " + keypoints[i].length)
                  + (" keypoint values; expected three for each of the " + points + " sigmas"));
        }
      }
    }
  }

  public Rle mask(int row) {
    return masks[row];
  }

  /** Returns x, y and a third value of each keypoint. */
  public double[] keypoints(int row) {
    return keypoints[row];
  }
}
