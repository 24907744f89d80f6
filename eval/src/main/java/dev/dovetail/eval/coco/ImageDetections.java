package dev.dovetail.eval.coco;

import dev.dovetail.data.mask.Rle;

/**
 * The detections of one image, in columns; among equal scores the earlier row wins.
 *
 * <p>Where the area of a detection comes from (it decides the size class of a false positive)
 * follows the result files of COCO: the mask where a detection is a mask alone, else the box.
 */
public final class ImageDetections {

  private final long imageId;
  private final double[] boxes;
  private final double[] areas;
  private final double[] scores;
  private final long[] categoryIds;
  private final Rle[] masks;

  ImageDetections(
      long imageId,
      double[] boxes,
      double[] areas,
      double[] scores,
      long[] categoryIds,
      Rle[] masks) {
    this.imageId = imageId;
    this.boxes = boxes;
    this.areas = areas;
    this.scores = scores;
    this.categoryIds = categoryIds;
    this.masks = masks;
    check();
  }

  /**
   * Detections that are boxes.
   *
   * @param boxes {@code [n * 4]}: left, top, width, height in pixels
   * @param scores {@code [n]}
   * @param categoryIds {@code [n]}
   * @throws IllegalArgumentException if the lengths do not agree or a number is NaN
   */
  public static ImageDetections ofBoxes(
      long imageId, double[] boxes, double[] scores, long[] categoryIds) {
    return new ImageDetections(
        imageId, boxes.clone(), boxAreas(boxes), scores.clone(), categoryIds.clone(), new Rle[0]);
  }

  /** The same for float32, as a result file that holds these values exactly would be read. */
  public static ImageDetections ofBoxes(
      long imageId, float[] boxes, float[] scores, long[] categoryIds) {
    return ofBoxes(imageId, widened(boxes), widened(scores), categoryIds);
  }

  /**
   * Detections that are masks: area and box are the mask's.
   *
   * @param masks {@code [n]}
   */
  public static ImageDetections ofMasks(
      long imageId, Rle[] masks, double[] scores, long[] categoryIds) {
    double[] boxes = new double[4 * masks.length];
    double[] areas = new double[masks.length];
    for (int i = 0; i < masks.length; i++) {
      Rle.Box box = masks[i].box();
      boxes[4 * i] = box.x();
      boxes[4 * i + 1] = box.y();
      boxes[4 * i + 2] = box.width();
      boxes[4 * i + 3] = box.height();
      areas[i] = masks[i].area();
    }
    return new ImageDetections(
        imageId, boxes, areas, scores.clone(), categoryIds.clone(), masks.clone());
  }

  /** The same for float32 scores. */
  public static ImageDetections ofMasks(
      long imageId, Rle[] masks, float[] scores, long[] categoryIds) {
    return ofMasks(imageId, masks, widened(scores), categoryIds);
  }

  /** Detections with box and mask: the area is the box's, in mask evaluation too. */
  public static ImageDetections ofBoxesAndMasks(
      long imageId, double[] boxes, Rle[] masks, double[] scores, long[] categoryIds) {
    return new ImageDetections(
        imageId,
        boxes.clone(),
        boxAreas(boxes),
        scores.clone(),
        categoryIds.clone(),
        masks.clone());
  }

  private void check() {
    int n = scores.length;
    if (boxes.length != 4 * n
        || categoryIds.length != n
        || (masks.length != 0 && masks.length != n)) {
      throw new IllegalArgumentException(
          "image "
              + imageId
              + (" has " + n + " scores, " + boxes.length + " box values, ")
              + (categoryIds.length + " categories and " + masks.length + " masks;")
              + " expected one, four, one and one (or no masks) for each detection");
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
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  public long imageId() {
    return imageId;
  }

  /** Number of detections. */
  public int size() {
    return scores.length;
  }

  double[] boxes() {
    return boxes;
  }

  double area(int row) {
    return areas[row];
  }

  double[] scores() {
    return scores;
  }

  long categoryId(int row) {
    return categoryIds[row];
  }

  boolean hasMasks() {
    return masks.length == scores.length;
  }

  Rle mask(int row) {
    return masks[row];
  }
}
