package dev.dovetail.eval.coco.matching;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The overlaps of one image's detections with its ground truths, regardless of category.
 *
 * @param image index of the image in the list of its file
 * @param truthCategory {@code [G]}: indices of the categories, ascending by id; ground truths are
 *     in the order of their file
 * @param crowd {@code [G]}: whether a ground truth is a region in which no detection is wrong
 * @param category {@code [D]}: indices of the categories; {@link CocoOverlaps#categories} and above
 *     are unlisted ones; detections are in the order of descending score
 * @param score {@code [D]}
 * @param overlap {@code [D, G]}: IoU; for a crowd, the fraction of the detection inside it
 * @param excused {@code [D]}: whether a detection without ground truth is not an error, because its
 *     category was not annotated in the image or because it is in a region that is not evaluated
 */
public record ImageOverlaps(
    int image,
    int[] truthCategory,
    boolean[] crowd,
    int[] category,
    double[] score,
    double[][] overlap,
    boolean[] excused) {

  /**
   * Creates the overlaps of an image in which every detection counts.
   *
   * @param image index of the image in the list of its file
   * @param truthCategory {@code [G]}
   * @param crowd {@code [G]}
   * @param category {@code [D]}
   * @param score {@code [D]}
   * @param overlap {@code [D, G]}
   */
  public ImageOverlaps(
      int image,
      int[] truthCategory,
      boolean[] crowd,
      int[] category,
      double[] score,
      double[][] overlap) {
    this(image, truthCategory, crowd, category, score, overlap, new boolean[score.length]);
  }

  /** {@return the number of detections} */
  public int detections() {
    return score.length;
  }

  /** {@return the number of ground truths, including crowds} */
  public int truths() {
    return crowd.length;
  }

  /**
   * {@return this image with only its first detections}
   *
   * @param n number of detections
   */
  public ImageOverlaps first(int n) {
    return with(IntStream.range(0, Math.min(n, detections())).toArray());
  }

  /**
   * {@return this image with only the detections of the first categories}
   *
   * @param categories number of categories
   */
  public ImageOverlaps ofCategoriesBelow(int categories) {
    return with(IntStream.range(0, detections()).filter(d -> category[d] < categories).toArray());
  }

  private ImageOverlaps with(int[] rows) {
    boolean[] kept = new boolean[rows.length];
    for (int i = 0; i < rows.length; i++) {
      kept[i] = excused[rows[i]];
    }
    return rows.length == detections()
        ? this
        : new ImageOverlaps(
            image,
            truthCategory,
            crowd,
            Arrays.stream(rows).map(d -> category[d]).toArray(),
            Arrays.stream(rows).mapToDouble(d -> score[d]).toArray(),
            Arrays.stream(rows).mapToObj(d -> overlap[d]).toArray(double[][]::new),
            kept);
  }
}
