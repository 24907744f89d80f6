package dev.dovetail.eval.coco.params;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

/**
 * What an evaluation is parametrised by, as {@code Params} of pycocotools. {@link #of} and {@link
 * #lvis} are what papers report; {@link #toBuilder} changes parts of it. The arrays that the
 * accessors return are the object's own: they are read, never written.
 */
public final class CocoParams {

  private static final double WHOLE_RANGE = 1e10;
  private static final double MEDIUM_FROM = 32 * 32;
  private static final double LARGE_FROM = 96 * 96;
  private static final int LEAST_MAX_DETS = 3;
  private static final double CITYSCAPES_LEAST = 100;

  /** Tenths of the sigmas of COCO's 17 keypoints, as the reference has them. */
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
   * {@return what papers report under COCO's protocol: IoU 0.50:0.05:0.95, 101 recalls, maxDets 1,
   * 10, 100, all sizes and small, medium, large; of keypoints those of COCO's persons with maxDets
   * 20 and no small objects}
   *
   * @param type what is compared: boxes, masks or keypoints
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
   * {@return what papers report under LVIS' protocol: the same with 300 detections an image}
   *
   * @param type what is compared: boxes or masks
   * @throws IllegalArgumentException for keypoints, which LVIS has not
   */
  public static CocoParams lvis(IouType type) {
    return new Builder(type, Protocol.LVIS).maxDets(300).build();
  }

  /**
   * {@return what papers report under Cityscapes' protocol: masks, IoU 0.50:0.05:0.95 as numpy's
   * {@code arange} makes it, objects of 100 pixels and more, all detections}
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

  /** {@return a builder that begins with these parameters} */
  public Builder toBuilder() {
    return new Builder(this);
  }

  private void checkValues() {
    require(
        iouThresholds.length > 0 && recallThresholds.length > 0 && !areas.isEmpty(),
        "an evaluation needs at least one IoU threshold, one recall threshold and one area range");
    require(
        maxDets.length > 0 && maxDets[0] >= 1,
        "maxDets is %s; expected numbers from 1 on",
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
          "recall thresholds must ascend from 0 on");
    }
  }

  /** Refuses what the reference tool cannot evaluate or summarise. */
  private void checkType() {
    if (protocol == Protocol.CITYSCAPES) {
      require(
          type == IouType.SEGM
              && useCategories
              && recallThresholds.length == 1
              && maxDets.length == 1,
          "Cityscapes' protocol is for masks, by category, with one area below each curve");
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

  /** {@return what is compared: boxes, masks or keypoints} */
  public IouType type() {
    return type;
  }

  /** {@return by whose rules} */
  public Protocol protocol() {
    return protocol;
  }

  /** {@return overlaps from which a detection matches, as they were given} */
  public double[] iouThresholds() {
    return iouThresholds;
  }

  /** {@return recalls at which precision is read, ascending} */
  public double[] recallThresholds() {
    return recallThresholds;
  }

  /**
   * {@return how many detections count per image and category, ascending; for LVIS one number, per
   * image}
   */
  public int[] maxDets() {
    return maxDets;
  }

  /** {@return size classes; the summary finds them by name} */
  public List<AreaRange> areas() {
    return areas;
  }

  /** {@return false to match whatever the categories} */
  public boolean useCategories() {
    return useCategories;
  }

  /** {@return images to evaluate, ascending and once each; none means all} */
  public long[] imageIds() {
    return imageIds;
  }

  /** {@return categories to evaluate, ascending and once each; none means all} */
  public long[] categoryIds() {
    return categoryIds;
  }

  /**
   * {@return how far each keypoint may be off, in units of the root of the object's area; empty
   * unless keypoints are compared}
   */
  public double[] sigmas() {
    return sigmas;
  }

  /** In short, for messages. */
  @Override
  public String toString() {
    return protocol + " " + type.label() + ", maxDets " + Arrays.toString(maxDets);
  }

  /** Parameters in the making. */
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
     * @param values overlaps from which a detection matches
     * @return this
     */
    public Builder iouThresholds(double... values) {
      iouThresholds = values.clone();
      return this;
    }

    /**
     * Sets the recalls at which precision is read.
     *
     * @param values ascending
     * @return this
     */
    public Builder recallThresholds(double... values) {
      recallThresholds = values.clone();
      return this;
    }

    /**
     * Sets how many detections count per image and category.
     *
     * @param values the numbers; for LVIS one, per image
     * @return this
     */
    public Builder maxDets(int... values) {
      maxDets = values.clone();
      return this;
    }

    /**
     * Sets the size classes.
     *
     * @param values the classes; the summary finds them by name
     * @return this
     */
    public Builder areas(List<AreaRange> values) {
      areas = List.copyOf(values);
      return this;
    }

    /**
     * Sets whether categories matter.
     *
     * @param use false to match whatever the categories
     * @return this
     */
    public Builder useCategories(boolean use) {
      useCategories = use;
      return this;
    }

    /**
     * Chooses images.
     *
     * @param ids their ids; none means all
     * @return this
     */
    public Builder imageIds(long... ids) {
      imageIds = ids.clone();
      return this;
    }

    /**
     * Chooses categories.
     *
     * @param ids their ids; none means all
     * @return this
     */
    public Builder categoryIds(long... ids) {
      categoryIds = ids.clone();
      return this;
    }

    /**
     * Sets how far each keypoint may be off.
     *
     * @param values one for each keypoint, in units of the root of the object's area
     * @return this
     */
    public Builder sigmas(double... values) {
      sigmas = values.clone();
      return this;
    }

    /**
     * {@return the parameters}
     *
     * @throws IllegalArgumentException if a list is empty, a value makes no sense, or the reference
     *     tool cannot evaluate or summarise this
     */
    public CocoParams build() {
      return new CocoParams(this);
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
}
