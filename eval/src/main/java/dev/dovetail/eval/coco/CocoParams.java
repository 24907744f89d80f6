package dev.dovetail.eval.coco;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

/**
 * What an evaluation is parametrised by, as {@code Params} of pycocotools; {@link #defaults} is
 * what papers report.
 *
 * @param iouThresholds overlaps from which a detection matches, as they are given
 * @param recallThresholds recalls at which precision is read, ascending
 * @param maxDets how many detections count per image and category; kept ascending. For LVIS one
 *     number, per image
 * @param areas size classes; the summary finds them by name
 * @param useCategories false to match whatever the categories
 * @param imageIds images to evaluate, kept ascending and once each; none means all
 * @param categoryIds categories to evaluate, likewise
 * @param sigmas how far each keypoint may be off, in units of the root of the object's area; read
 *     by {@link IouType#KEYPOINTS} alone
 * @param protocol by whose rules
 */
public record CocoParams(
    double[] iouThresholds,
    double[] recallThresholds,
    int[] maxDets,
    List<AreaRange> areas,
    boolean useCategories,
    long[] imageIds,
    long[] categoryIds,
    double[] sigmas,
    Protocol protocol) {

  private static final double WHOLE_RANGE = 1e10;
  private static final double MEDIUM_FROM = 32 * 32;
  private static final double LARGE_FROM = 96 * 96;
  private static final int LEAST_MAX_DETS = 3;

  /** Tenths of the sigmas of COCO's 17 keypoints, as the reference has them. */
  private static final double[] PERSON = {
    .26, .25, .25, .35, .35, .79, .79, .72, .72, .62, .62, 1.07, 1.07, .87, .87, .89, .89
  };

  /**
   * Checks and sorts.
   *
   * @throws IllegalArgumentException if a list is empty or a value makes no sense
   */
  public CocoParams {
    iouThresholds = iouThresholds.clone();
    recallThresholds = recallThresholds.clone();
    maxDets = Arrays.stream(maxDets).sorted().toArray();
    areas = List.copyOf(areas);
    imageIds = LongStream.of(imageIds).sorted().distinct().toArray();
    categoryIds = LongStream.of(categoryIds).sorted().distinct().toArray();
    sigmas = sigmas.clone();
    if (iouThresholds.length == 0 || recallThresholds.length == 0 || areas.isEmpty()) {
      throw new IllegalArgumentException(
          "an evaluation needs at least one IoU threshold, one recall threshold and one area range");
    }
    if (maxDets.length == 0 || maxDets[0] < 1) {
      throw new IllegalArgumentException(
          "maxDets is " + Arrays.toString(maxDets) + "; expected numbers from 1 on");
    }
    for (double sigma : sigmas) {
      if (!(sigma > 0)) {
        throw new IllegalArgumentException("the sigma " + sigma + " is not above 0");
      }
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
        new long[0],
        new double[0],
        Protocol.COCO);
  }

  /** The 17 keypoints of COCO's persons: maxDets 20, no small objects. */
  public static CocoParams keypoints() {
    CocoParams params = defaults();
    return params
        .withMaxDets(20)
        .withAreas(params.areas.stream().filter(a -> !a.name().equals("small")).toList())
        .withSigmas(Arrays.stream(PERSON).map(tenths -> tenths / 10.0).toArray());
  }

  /** LVIS: 300 detections an image. */
  public static CocoParams lvis() {
    return defaults().withMaxDets(300).with(Protocol.LVIS);
  }

  /** What papers report for a type under COCO's protocol. */
  public static CocoParams defaults(IouType type) {
    return type == IouType.KEYPOINTS ? keypoints() : defaults();
  }

  /**
   * Checks what depends on the type.
   *
   * @throws IllegalArgumentException if the reference tool cannot evaluate or summarise this
   */
  public void check(IouType type) {
    if (protocol == Protocol.LVIS) {
      require(type != IouType.KEYPOINTS, "LVIS has no keypoints");
      require(
          maxDets.length == 1,
          "maxDets is %s; expected one number for LVIS, the detections of an image",
          Arrays.toString(maxDets));
    } else if (type == IouType.KEYPOINTS) {
      require(sigmas.length > 0, "keypoints need sigmas, one for each keypoint");
      require(useCategories, "keypoints are matched within their category only");
    } else {
      require(
          maxDets.length >= LEAST_MAX_DETS,
          "maxDets is %s; expected at least three numbers, as 1,10,100",
          Arrays.toString(maxDets));
    }
  }

  private static void require(boolean holds, String otherwise, Object... values) {
    if (!holds) {
      throw new IllegalArgumentException(String.format(Locale.ROOT, otherwise, values));
    }
  }

  public CocoParams withIouThresholds(double... values) {
    return new CocoParams(
        values,
        recallThresholds,
        maxDets,
        areas,
        useCategories,
        imageIds,
        categoryIds,
        sigmas,
        protocol);
  }

  public CocoParams withRecallThresholds(double... values) {
    return new CocoParams(
        iouThresholds,
        values,
        maxDets,
        areas,
        useCategories,
        imageIds,
        categoryIds,
        sigmas,
        protocol);
  }

  public CocoParams withMaxDets(int... values) {
    return new CocoParams(
        iouThresholds,
        recallThresholds,
        values,
        areas,
        useCategories,
        imageIds,
        categoryIds,
        sigmas,
        protocol);
  }

  public CocoParams withAreas(List<AreaRange> values) {
    return new CocoParams(
        iouThresholds,
        recallThresholds,
        maxDets,
        values,
        useCategories,
        imageIds,
        categoryIds,
        sigmas,
        protocol);
  }

  public CocoParams withCategories(boolean use) {
    return new CocoParams(
        iouThresholds,
        recallThresholds,
        maxDets,
        areas,
        use,
        imageIds,
        categoryIds,
        sigmas,
        protocol);
  }

  public CocoParams withImageIds(long... ids) {
    return new CocoParams(
        iouThresholds,
        recallThresholds,
        maxDets,
        areas,
        useCategories,
        ids,
        categoryIds,
        sigmas,
        protocol);
  }

  public CocoParams withCategoryIds(long... ids) {
    return new CocoParams(
        iouThresholds,
        recallThresholds,
        maxDets,
        areas,
        useCategories,
        imageIds,
        ids,
        sigmas,
        protocol);
  }

  public CocoParams withSigmas(double... values) {
    return new CocoParams(
        iouThresholds,
        recallThresholds,
        maxDets,
        areas,
        useCategories,
        imageIds,
        categoryIds,
        values,
        protocol);
  }

  public CocoParams with(Protocol other) {
    return new CocoParams(
        iouThresholds,
        recallThresholds,
        maxDets,
        areas,
        useCategories,
        imageIds,
        categoryIds,
        sigmas,
        other);
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
