package dev.dovetail.cli.score.coco;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.cli.score.scorer.OptionGroup;
import dev.dovetail.eval.coco.params.AreaRange;
import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.coco.params.IouType;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.coco.IdNames;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The parameters of pycocotools and lvis-api. */
public final class CocoOptions implements OptionGroup {

  @Option(
      names = "--iou-thrs",
      split = ",",
      paramLabel = "T",
      description = "IoU thresholds (default: 0.5,0.55,...,0.95)")
  private double[] iouThresholds;

  @Option(
      names = "--max-dets",
      split = ",",
      paramLabel = "N",
      description =
          "maximum detections per image and category (default: 1,10,100; keypoints 20), or per"
              + " image (lvis: 300)")
  private int[] maxDets;

  @Option(
      names = "--area-ranges",
      split = ",",
      paramLabel = "NAME:LO:HI",
      converter = AreaConverter.class,
      description = "size classes by area in square pixels, such as all:0:1e10,small:0:1024")
  private List<AreaRange> areas;

  @Option(names = "--no-cats", description = "ignore categories when matching")
  private boolean withoutCategories;

  @Option(
      names = "--img-ids",
      split = ",",
      paramLabel = "ID",
      description = "images to score (default: all)")
  private String[] imageIds;

  @Option(
      names = "--cat-ids",
      split = ",",
      paramLabel = "ID",
      description = "categories to score (default: all)")
  private String[] categoryIds;

  @Option(
      names = "--sigmas",
      split = ",",
      paramLabel = "S",
      description = "the OKS constant of each keypoint (default: COCO's 17)")
  private double[] sigmas;

  @Option(
      names = "--hashes",
      description =
          "add array_sha256_f64le to the JSON: a hash that is equal if two results"
              + " are bit-identical")
  private boolean hashes;

  @Override
  public String names() {
    return "--iou-thrs, --max-dets and the options after them";
  }

  boolean hashes() {
    return hashes;
  }

  /**
   * Returns the parameters for evaluating a ground truth.
   *
   * @param defaults values of absent options
   * @throws UsageException if a value is invalid, or an id cannot be an id of the ground truth
   */
  CocoParams params(CocoParams defaults, CocoDataset truth) {
    CocoParams.Builder params = params(defaults).toBuilder();
    if (imageIds != null) {
      params.imageIds(ids("--img-ids", imageIds, truth.ids().images(), truth));
    }
    if (categoryIds != null) {
      params.categoryIds(ids("--cat-ids", categoryIds, truth.ids().categories(), truth));
    }
    return params.build();
  }

  private static long[] ids(String option, String[] texts, IdNames names, CocoDataset truth) {
    return Stream.of(texts)
        .mapToLong(
            text ->
                names
                    .find(text)
                    .orElseThrow(
                        () ->
                            new UsageException(
                                (option + " '" + text + "': the ids of " + truth.source() + " are ")
                                    + (names.areTexts()
                                        ? "strings that do not include this one"
                                        : "numbers"))))
        .toArray();
  }

  /**
   * Returns the parameters without the ids, which depend on the ground truth.
   *
   * @throws UsageException if a value is invalid
   */
  CocoParams params(CocoParams defaults) {
    if (sigmas != null && defaults.type() != IouType.KEYPOINTS) {
      throw new UsageException("--sigmas requires --type keypoints");
    }
    CocoParams.Builder params = defaults.toBuilder().useCategories(!withoutCategories);
    if (sigmas != null) {
      params.sigmas(sigmas);
    }
    if (iouThresholds != null) {
      params.iouThresholds(iouThresholds);
    }
    if (maxDets != null) {
      params.maxDets(maxDets);
    }
    if (areas != null) {
      params.areas(areas);
    }
    try {
      return params.build();
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage());
    }
  }

  /** Reads {@code name:low:high}. */
  static final class AreaConverter implements ITypeConverter<AreaRange> {
    @Override
    public AreaRange convert(String text) {
      String[] parts = text.split(":", -1);
      try {
        if (parts.length == 3 && !parts[0].isEmpty()) {
          return new AreaRange(
              parts[0], Double.parseDouble(parts[1]), Double.parseDouble(parts[2]));
        }
      } catch (NumberFormatException e) {
        // reported by the exception below
      }
      throw new TypeConversionException(
          "'" + text + "' is not a size class; expected NAME:LOW:HIGH, such as small:0:1024");
    }
  }
}
