package dev.dovetail.eval.coco.curves;

import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.coco.params.IouType;
import dev.dovetail.eval.coco.params.Protocol;
import java.util.List;

/**
 * A metric of the summary, defined by the values that it is the mean of.
 *
 * @param precision true for average precision, false for average recall
 * @param iouThreshold one threshold, or {@link #ALL_THRESHOLDS}
 * @param area name of a size class
 * @param maxDets detections per image and category; for LVIS per image
 * @param frequency of the categories (LVIS), or {@link #ALL_CATEGORIES}
 */
public record Statistic(
    String name,
    boolean precision,
    double iouThreshold,
    String area,
    int maxDets,
    String frequency) {

  public static final double ALL_THRESHOLDS = -1;
  static final String ALL_CATEGORIES = "all";

  /** The maxDets of the first metric, which is -1 if this value is not among the maxDets. */
  private static final int FIRST_MAX_DETS = 100;

  /** The maxDets of all metrics about keypoints. */
  private static final int KEYPOINTS_MAX_DETS = 20;

  /** Returns the metrics that the reference tool reports, in its order. */
  public static List<Statistic> of(CocoParams params) {
    int[] m = params.maxDets();
    if (params.protocol() == Protocol.LVIS) {
      return lvis(m[0]);
    }
    if (params.protocol() == Protocol.CITYSCAPES) {
      return List.of(ap("AP", ALL_THRESHOLDS, "all", m[0]), ap("AP50", 0.5, "all", m[0]));
    }
    return params.type() == IouType.KEYPOINTS
        ? keypoints(KEYPOINTS_MAX_DETS)
        : coco(m[0], m[1], m[2]);
  }

  private static List<Statistic> coco(int first, int second, int last) {
    return List.of(
        ap("AP", ALL_THRESHOLDS, "all", FIRST_MAX_DETS),
        ap("AP50", 0.5, "all", last),
        ap("AP75", 0.75, "all", last),
        ap("APs", ALL_THRESHOLDS, "small", last),
        ap("APm", ALL_THRESHOLDS, "medium", last),
        ap("APl", ALL_THRESHOLDS, "large", last),
        ar("AR1", ALL_THRESHOLDS, "all", first),
        ar("AR10", ALL_THRESHOLDS, "all", second),
        ar("AR100", ALL_THRESHOLDS, "all", last),
        ar("ARs", ALL_THRESHOLDS, "small", last),
        ar("ARm", ALL_THRESHOLDS, "medium", last),
        ar("ARl", ALL_THRESHOLDS, "large", last));
  }

  private static List<Statistic> keypoints(int m) {
    return List.of(
        ap("AP", ALL_THRESHOLDS, "all", m),
        ap("AP50", 0.5, "all", m),
        ap("AP75", 0.75, "all", m),
        ap("APm", ALL_THRESHOLDS, "medium", m),
        ap("APl", ALL_THRESHOLDS, "large", m),
        ar("AR", ALL_THRESHOLDS, "all", m),
        ar("AR50", 0.5, "all", m),
        ar("AR75", 0.75, "all", m),
        ar("ARm", ALL_THRESHOLDS, "medium", m),
        ar("ARl", ALL_THRESHOLDS, "large", m));
  }

  private static List<Statistic> lvis(int m) {
    return List.of(
        ap("AP", ALL_THRESHOLDS, "all", m),
        ap("AP50", 0.5, "all", m),
        ap("AP75", 0.75, "all", m),
        ap("APs", ALL_THRESHOLDS, "small", m),
        ap("APm", ALL_THRESHOLDS, "medium", m),
        ap("APl", ALL_THRESHOLDS, "large", m),
        new Statistic("APr", true, ALL_THRESHOLDS, "all", m, "r"),
        new Statistic("APc", true, ALL_THRESHOLDS, "all", m, "c"),
        new Statistic("APf", true, ALL_THRESHOLDS, "all", m, "f"),
        ar("AR@" + m, ALL_THRESHOLDS, "all", m),
        ar("ARs@" + m, ALL_THRESHOLDS, "small", m),
        ar("ARm@" + m, ALL_THRESHOLDS, "medium", m),
        ar("ARl@" + m, ALL_THRESHOLDS, "large", m));
  }

  private static Statistic ap(String name, double threshold, String area, int maxDets) {
    return new Statistic(name, true, threshold, area, maxDets, ALL_CATEGORIES);
  }

  private static Statistic ar(String name, double threshold, String area, int maxDets) {
    return new Statistic(name, false, threshold, area, maxDets, ALL_CATEGORIES);
  }
}
