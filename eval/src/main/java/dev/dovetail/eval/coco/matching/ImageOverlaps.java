package dev.dovetail.eval.coco.matching;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How the detections of one image overlap with its ground truths, whatever the categories of both.
 *
 * @param image number of the image in the list of its file
 * @param truthCategory {@code [G]}: numbers of the categories, ascending by id; ground truths stand
 *     in the order of their file
 * @param crowd {@code [G]}: regions in which no detection is wrong
 * @param category {@code [D]}: numbers of the categories, from {@link CocoOverlaps#categories} on
 *     those that are not listed; detections stand by descending score
 * @param score {@code [D]}
 * @param overlap {@code [D, G]}: IoU; for a crowd the share of the detection inside it
 * @param excused {@code [D]}: whether a detection that finds no ground truth is no mistake, since
 *     nobody looked for its category in the image, or it lies where nothing is evaluated
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
   * An image in which every detection counts.
   *
   * @param image number of the image in the list of its file
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

  /** {@return number of detections} */
  public int detections() {
    return score.length;
  }

  /** {@return number of ground truths, crowds included} */
  public int truths() {
    return crowd.length;
  }

  /**
   * {@return the same image with its first detections alone}
   *
   * @param n how many detections
   */
  public ImageOverlaps first(int n) {
    return with(IntStream.range(0, Math.min(n, detections())).toArray());
  }

  /**
   * {@return the same image with the detections of the first categories alone}
   *
   * @param categories how many categories
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
