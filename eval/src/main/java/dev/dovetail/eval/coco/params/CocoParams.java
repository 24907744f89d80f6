package dev.dovetail.eval.coco.params;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

/**
 * The parameters of an evaluation, like {@code Params} in pycocotools. {@link #of} and {@link
 * #lvis} return the parameters used in papers; {@link #toBuilder} creates variants. The accessors
 * return internal arrays, which must not be modified.
 */
public final class CocoParams {

  private static final double WHOLE_RANGE = 1e10;
  private static final double MEDIUM_FROM = 32 * 32;
  private static final double LARGE_FROM = 96 * 96;
  private static final int LEAST_MAX_DETS = 3;
  private static final double CITYSCAPES_LEAST = 100;

  /** The sigmas of COCO's 17 keypoints in tenths, as in the reference. */
  private static final double[] PERSON = {
    .26, .25, .25, .35, .35, .79, .79, .72, .72, .62, .62, 1.07, 1.07, .87, .87, .89, .89
  };

  private final IouType type;
  private final Protocol protocol;
  private final double[] iouThresholds;
  private final double[] recallThresholds;
  private final int[] maxDets;
  private final List<AreaRange> areas;
  private final boolean useCategories;
  private final long[] imageIds;
  private final long[] categoryIds;
  private final double[] sigmas;

  private CocoParams(Builder from) {
    type = from.type;
    protocol = from.protocol;
    iouThresholds = from.iouThresholds;
    recallThresholds = from.recallThresholds;
    maxDets = Arrays.stream(from.maxDets).sorted().toArray();
    areas = from.areas;
    useCategories = from.useCategories;
    imageIds = LongStream.of(from.imageIds).sorted().distinct().toArray();
    categoryIds = LongStream.of(from.categoryIds).sorted().distinct().toArray();
    sigmas = from.sigmas;
    checkValues();
    checkType();
  }

  /**
   * {@return COCO's parameters as used in papers: IoU 0.50:0.05:0.95, 101 recalls, maxDets 1, 10,
   * 100, all sizes and small, medium, large; for keypoints, those of COCO's persons, maxDets 20,
   * without small objects}
   *
   * @param type the type of overlaps: boxes, masks or keypoints
   */
  public static CocoParams of(IouType type) {
    Builder builder = new Builder(type, Protocol.COCO);
    if (type == IouType.KEYPOINTS) {
      builder
          .maxDets(20)
          .areas(builder.areas.stream().filter(a -> !a.name().equals("small")).toList())
          .sigmas(Arrays.stream(PERSON).map(tenths -> tenths / 10.0).toArray());
    }
    return builder.build();
  }

  /**
   * {@return LVIS's parameters as used in papers: those of COCO with 300 detections per image}
   *
   * @param type the type of overlaps: boxes or masks
   * @throws IllegalArgumentException for keypoints, which LVIS does not have
   */
  public static CocoParams lvis(IouType type) {
    return new Builder(type, Protocol.LVIS).maxDets(300).build();
  }

  /**
   * {@return Cityscapes' parameters as used in papers: masks, IoU 0.50:0.05:0.95 as computed by
   * NumPy's {@code arange}, objects of at least 100 pixels, all detections}
   */
  public static CocoParams cityscapes() {
    double step = 0.5 + 0.05 - 0.5;
    double[] overlaps = new double[10];
    Arrays.setAll(overlaps, i -> 0.5 + i * step);
    return new Builder(IouType.SEGM, Protocol.CITYSCAPES)
        .iouThresholds(overlaps)
        .recallThresholds(0)
        .areas(List.of(new AreaRange("all", CITYSCAPES_LEAST, WHOLE_RANGE)))
        .maxDets(Integer.MAX_VALUE)
        .build();
  }

  /** {@return a builder initialized with these parameters} */
  public Builder toBuilder() {
    return new Builder(this);
  }

  private void checkValues() {
    require(
        iouThresholds.length > 0 && recallThresholds.length > 0 && !areas.isEmpty(),
        "an evaluation needs at least one IoU threshold, one recall threshold and one area range");
    require(
        maxDets.length > 0 && maxDets[0] >= 1,
        "maxDets is %s; expected numbers of 1 or more",
        Arrays.toString(maxDets));
    for (double sigma : sigmas) {
      require(sigma > 0, "the sigma %s is not above 0", sigma);
    }
    for (double threshold : iouThresholds) {
      require(!Double.isNaN(threshold), "an IoU threshold is NaN");
    }
    for (int i = 0; i < recallThresholds.length; i++) {
      require(
          recallThresholds[i] >= (i == 0 ? 0 : recallThresholds[i - 1]),
          "recall thresholds must be 0 or more, in ascending order");
    }
  }

  /** Rejects parameters that the reference tool cannot evaluate or summarize. */
  private void checkType() {
    if (protocol == Protocol.CITYSCAPES) {
      require(
          type == IouType.SEGM
              && useCategories
              && recallThresholds.length == 1
              && maxDets.length == 1,
          "Cityscapes' protocol requires masks, categories and one area under each curve");
      for (double threshold : iouThresholds) {
        require(
            threshold >= 0.5,
            "the IoU threshold %s is below 0.5, where a detection may belong to two objects",
            threshold);
      }
    } else if (protocol == Protocol.LVIS) {
      require(type != IouType.KEYPOINTS, "LVIS has no keypoints");
      require(
          maxDets.length == 1,
          "maxDets is %s; expected one number for LVIS, the detections per image",
          Arrays.toString(maxDets));
    } else if (type == IouType.KEYPOINTS) {
      require(sigmas.length > 0, "keypoints need sigmas, one for each keypoint");
      require(useCategories, "keypoints can only be matched by category");
    } else {
      require(
          maxDets.length >= LEAST_MAX_DETS,
          "maxDets is %s; expected at least three numbers, such as 1,10,100",
          Arrays.toString(maxDets));
    }
  }

  private static void require(boolean holds, String otherwise, Object... values) {
    if (!holds) {
      throw new IllegalArgumentException(String.format(Locale.ROOT, otherwise, values));
    }
  }

  /** {@return the type of overlaps: boxes, masks or keypoints} */
  public IouType type() {
    return type;
  }

  /** {@return the protocol} */
  public Protocol protocol() {
    return protocol;
  }

  /** {@return the IoU thresholds of a match, in the original order} */
  public double[] iouThresholds() {
    return iouThresholds;
  }

  /** {@return the recalls at which precision is evaluated, ascending} */
  public double[] recallThresholds() {
    return recallThresholds;
  }

  /**
   * {@return the numbers of detections that count per image and category, ascending; for LVIS, one
   * number per image}
   */
  public int[] maxDets() {
    return maxDets;
  }

  /** {@return the size classes, which the summary identifies by name} */
  public List<AreaRange> areas() {
    return areas;
  }

  /** {@return whether detections are matched by category} */
  public boolean useCategories() {
    return useCategories;
  }

  /** {@return the ids of the images to evaluate, ascending, without duplicates; empty for all} */
  public long[] imageIds() {
    return imageIds;
  }

  /**
   * {@return the ids of the categories to evaluate, ascending, without duplicates; empty for all}
   */
  public long[] categoryIds() {
    return categoryIds;
  }

  /**
   * {@return the tolerance of each keypoint, in units of the square root of the object's area;
   * empty unless keypoints are evaluated}
   */
  public double[] sigmas() {
    return sigmas;
  }

  /** Returns a short form for messages. */
  @Override
  public String toString() {
    return protocol + " " + type.label() + ", maxDets " + Arrays.toString(maxDets);
  }

  /** A builder of parameters. */
  public static final class Builder {

    private final IouType type;
    private final Protocol protocol;
    private double[] iouThresholds = linspace(0.5, 0.95, 10);
    private double[] recallThresholds = linspace(0, 1, 101);
    private int[] maxDets = {1, 10, 100};
    private List<AreaRange> areas =
        List.of(
            new AreaRange("all", 0, WHOLE_RANGE),
            new AreaRange("small", 0, MEDIUM_FROM),
            new AreaRange("medium", MEDIUM_FROM, LARGE_FROM),
            new AreaRange("large", LARGE_FROM, WHOLE_RANGE));
    private boolean useCategories = true;
    private long[] imageIds = {};
    private long[] categoryIds = {};
    private double[] sigmas = {};

    private Builder(IouType type, Protocol protocol) {
      this.type = type;
      this.protocol = protocol;
    }

    private Builder(CocoParams params) {
      this(params.type, params.protocol);
      iouThresholds = params.iouThresholds;
      recallThresholds = params.recallThresholds;
      maxDets = params.maxDets;
      areas = params.areas;
      useCategories = params.useCategories;
      imageIds = params.imageIds;
      categoryIds = params.categoryIds;
      sigmas = params.sigmas;
    }

    /**
     * Sets the IoU thresholds.
     *
     * @param values the lowest overlaps of a match
     * @return this
     */
    public Builder iouThresholds(double... values) {
      iouThresholds = values.clone();
      return this;
    }

    /**
     * Sets the recalls at which precision is evaluated.
     *
     * @param values ascending
     * @return this
     */
    public Builder recallThresholds(double... values) {
      recallThresholds = values.clone();
      return this;
    }

    /**
     * Sets the numbers of detections that count per image and category.
     *
     * @param values the numbers; for LVIS, one number per image
     * @return this
     */
    public Builder maxDets(int... values) {
      maxDets = values.clone();
      return this;
    }

    /**
     * Sets the size classes.
     *
     * @param values the classes, which the summary identifies by name
     * @return this
     */
    public Builder areas(List<AreaRange> values) {
      areas = List.copyOf(values);
      return this;
    }

    /**
     * Sets whether detections are matched by category.
     *
     * @param use false to ignore categories
     * @return this
     */
    public Builder useCategories(boolean use) {
      useCategories = use;
      return this;
    }

    /**
     * Selects images.
     *
     * @param ids their ids; empty for all
     * @return this
     */
    public Builder imageIds(long... ids) {
      imageIds = ids.clone();
      return this;
    }

    /**
     * Selects categories.
     *
     * @param ids their ids; empty for all
     * @return this
     */
    public Builder categoryIds(long... ids) {
      categoryIds = ids.clone();
      return this;
    }

    /**
     * Sets the tolerance of each keypoint.
     *
     * @param values one for each keypoint, in units of the square root of the object's area
     * @return this
     */
    public Builder sigmas(double... values) {
      sigmas = values.clone();
      return this;
    }

    /**
     * {@return the parameters}
     *
     * @throws IllegalArgumentException if a list is empty, a value is invalid, or the reference
     *     tool cannot evaluate or summarize the parameters
     */
    public CocoParams build() {
      return new CocoParams(this);
    }

    /**
     * Equal to NumPy's linspace: start + i * step with each operation rounded, and exactly the stop
     * value.
     */
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
}
