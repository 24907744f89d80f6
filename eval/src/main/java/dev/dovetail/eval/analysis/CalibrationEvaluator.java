package dev.dovetail.eval.analysis;

import dev.dovetail.eval.analysis.Calibration.Bin;
import dev.dovetail.eval.coco.matching.ImageOverlaps;
import dev.dovetail.eval.sort.ScoreOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Accumulates images and compares the scores of detections with their precision. By descending
 * score, each detection is assigned to the unassigned ground truth of its category with the highest
 * overlap, which must be at least {@link ErrorEvaluator#FOREGROUND}. Detections in crowd regions
 * are excluded.
 */
public final class CalibrationEvaluator {

  /** Number of bins of scores. */
  public static final int BINS = 15;

  private final int categories;
  private final List<ImageScores> images = new ArrayList<>();

  private record ImageScores(double[] score, int[] category, boolean[] right) {}

  /**
   * Creates an empty accumulator.
   *
   * @param categories number of categories
   */
  public CalibrationEvaluator(int categories) {
    this.categories = categories;
  }

  /**
   * Adds all detections of an image.
   *
   * @param image the image
   */
  public void accumulate(ImageOverlaps image) {
    Assignment assignment = new Assignment(image, ErrorEvaluator.FOREGROUND);
    int[] kept =
        IntStream.range(0, image.detections()).filter(d -> !assignment.isIgnored(d)).toArray();
    double[] score = new double[kept.length];
    int[] category = new int[kept.length];
    boolean[] right = new boolean[kept.length];
    for (int i = 0; i < kept.length; i++) {
      score[i] = image.score()[kept[i]];
      category[i] = image.category()[kept[i]];
      right[i] = assignment.isTrue(kept[i]);
    }
    images.add(new ImageScores(score, category, right));
  }

  /**
   * Adds the contents of another accumulator, which is not modified.
   *
   * @param other the other accumulator
   */
  public void merge(CalibrationEvaluator other) {
    images.addAll(other.images);
  }

  /** {@return the calibration of all accumulated images} */
  public Calibration summarise() {
    int n = images.stream().mapToInt(i -> i.score.length).sum();
    double[] score = new double[n];
    int[] category = new int[n];
    boolean[] right = new boolean[n];
    int at = 0;
    int outside = 0;
    for (ImageScores image : images) {
      for (int i = 0; i < image.score.length; i++) {
        if (image.score[i] >= 0 && image.score[i] <= 1) {
          score[at] = image.score[i];
          category[at] = image.category[i];
          right[at++] = image.right[i];
        } else {
          outside++;
        }
      }
    }
    int[] rows = ascending(score, at);
    List<Bin> bins = equalWidth(rows, score, right);
    List<Bin> equalMass = equalMass(rows, score, right);
    double[] perCategory =
        IntStream.range(0, categories)
            .mapToDouble(
                k ->
                    error(
                        equalWidth(
                            Arrays.stream(rows).filter(r -> category[r] == k).toArray(),
                            score,
                            right)))
            .toArray();
    return new Calibration(
        at,
        outside,
        new Calibration.Errors(
            error(bins),
            error(equalMass),
            Arrays.stream(perCategory).filter(e -> !Double.isNaN(e)).average().orElse(Double.NaN),
            bins.stream().mapToDouble(Bin::gap).max().orElseThrow()),
        bins,
        equalMass,
        perCategory);
  }

  /** Rows by ascending score, so that sums do not depend on the order of the images. */
  private static int[] ascending(double[] score, int n) {
    int[] rows = IntStream.range(0, n).toArray();
    ScoreOrder.sort(rows, 0, n, score);
    return IntStream.range(0, n).map(i -> rows[n - 1 - i]).toArray();
  }

  private static List<Bin> equalWidth(int[] rows, double[] score, boolean[] right) {
    List<Bin> bins = new ArrayList<>();
    int from = 0;
    for (int b = 0; b < BINS; b++) {
      double high = (b + 1) / (double) BINS;
      int to = from;
      while (to < rows.length && (score[rows[to]] < high || b == BINS - 1)) {
        to++;
      }
      bins.add(bin(b / (double) BINS, high, rows, from, to, score, right));
      from = to;
    }
    return bins;
  }

  private static List<Bin> equalMass(int[] rows, double[] score, boolean[] right) {
    List<Bin> bins = new ArrayList<>();
    int from = 0;
    for (int b = 0; b < BINS && from < rows.length; b++) {
      int to = Math.max(from + 1, (int) ((long) rows.length * (b + 1) / BINS));
      while (to < rows.length && score[rows[to]] == score[rows[to - 1]]) {
        to++;
      }
      bins.add(bin(score[rows[from]], score[rows[to - 1]], rows, from, to, score, right));
      from = to;
    }
    return bins;
  }

  private static Bin bin(
      double low, double high, int[] rows, int from, int to, double[] score, boolean[] right) {
    double sum = 0;
    long correct = 0;
    for (int i = from; i < to; i++) {
      sum += score[rows[i]];
      correct += right[rows[i]] ? 1 : 0;
    }
    int n = to - from;
    return new Bin(low, high, n, sum / n, correct / (double) n);
  }

  private static double error(List<Bin> bins) {
    double sum = 0;
    long n = 0;
    for (Bin bin : bins) {
      sum += bin.detections() * bin.gap();
      n += bin.detections();
    }
    return sum / n;
  }
}
