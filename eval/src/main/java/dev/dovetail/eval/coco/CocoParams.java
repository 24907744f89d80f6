package dev.dovetail.eval.coco;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * What an evaluation is parametrised by, as {@code Params} of pycocotools; {@link #defaults} is
 * what papers report.
 *
 * @param iouThresholds overlaps from which a detection matches, as they are given
 * @param recallThresholds recalls at which precision is read, ascending
 * @param maxDets how many detections count per image and category, three or more; kept ascending
 * @param areas size classes; the summary finds them by name
 * @param useCategories false to match whatever the categories
 * @param imageIds images to evaluate, kept ascending and once each; none means all
 * @param categoryIds categories to evaluate, likewise
 */
public record CocoParams(
    double[] iouThresholds,
    double[] recallThresholds,
    int[] maxDets,
    List<AreaRange> areas,
    boolean useCategories,
    long[] imageIds,
    long[] categoryIds) {

  private static final double WHOLE_RANGE = 1e10;
  private static final double MEDIUM_FROM = 32 * 32;
  private static final double LARGE_FROM = 96 * 96;

  /**
   * Checks and sorts.
   *
   * @throws IllegalArgumentException if a list is empty, there are fewer than three maxDets (the
   *     reference tool cannot summarise those), or a value makes no sense
   */
  public CocoParams {
    iouThresholds = iouThresholds.clone();
    recallThresholds = recallThresholds.clone();
    maxDets = Arrays.stream(maxDets).sorted().toArray();
    areas = List.copyOf(areas);
    imageIds = LongStream.of(imageIds).sorted().distinct().toArray();
    categoryIds = LongStream.of(categoryIds).sorted().distinct().toArray();
    if (iouThresholds.length == 0 || recallThresholds.length == 0 || areas.isEmpty()) {
      throw new IllegalArgumentException(
          "an evaluation needs at least one IoU threshold, one recall threshold and one area range");
    }
    if (maxDets.length < 3 || maxDets[0] < 1) {
      throw new IllegalArgumentException(
          "maxDets is "
              + Arrays.toString(maxDets)
              + "; expected at least three numbers from 1 on, as 1,10,100");
    }
    for (double t : iouThresholds) {
      if (Double.isNaN(t)) {
        throw new IllegalArgumentException("an IoU threshold is NaN");
      }
    }
    for (int i = 0; i < recallThresholds.length; i++) {
      if (!(recallThresholds[i] >= (i == 0 ? 0 : recallThresholds[i - 1]))) {
        throw new IllegalArgumentException("recall thresholds must ascend from 0 on");
      }
    }
  }

  /** IoU 0.50:0.05:0.95, 101 recalls, maxDets 1, 10, 100, all sizes and small, medium, large. */
  public static CocoParams defaults() {
    return new CocoParams(
        linspace(0.5, 0.95, 10),
        linspace(0, 1, 101),
        new int[] {1, 10, 100},
        List.of(
            new AreaRange("all", 0, WHOLE_RANGE),
            new AreaRange("small", 0, MEDIUM_FROM),
            new AreaRange("medium", MEDIUM_FROM, LARGE_FROM),
            new AreaRange("large", LARGE_FROM, WHOLE_RANGE)),
        true,
        new long[0],
        new long[0]);
  }

  public CocoParams withIouThresholds(double... values) {
    return new CocoParams(
        values, recallThresholds, maxDets, areas, useCategories, imageIds, categoryIds);
  }

  public CocoParams withRecallThresholds(double... values) {
    return new CocoParams(
        iouThresholds, values, maxDets, areas, useCategories, imageIds, categoryIds);
  }

  public CocoParams withMaxDets(int... values) {
    return new CocoParams(
        iouThresholds, recallThresholds, values, areas, useCategories, imageIds, categoryIds);
  }

  public CocoParams withAreas(List<AreaRange> values) {
    return new CocoParams(
        iouThresholds, recallThresholds, maxDets, values, useCategories, imageIds, categoryIds);
  }

  public CocoParams withCategories(boolean use) {
    return new CocoParams(
        iouThresholds, recallThresholds, maxDets, areas, use, imageIds, categoryIds);
  }

  public CocoParams withImageIds(long... ids) {
    return new CocoParams(
        iouThresholds, recallThresholds, maxDets, areas, useCategories, ids, categoryIds);
  }

  public CocoParams withCategoryIds(long... ids) {
    return new CocoParams(
        iouThresholds, recallThresholds, maxDets, areas, useCategories, imageIds, ids);
  }

  /** As numpy.linspace: start + i * step, each operation rounded, and the stop exactly. */
  private static double[] linspace(double start, double stop, int n) {
    double step = (stop - start) / (n - 1);
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = i * step + start;
    }
    values[n - 1] = stop;
    return values;
  }
}
