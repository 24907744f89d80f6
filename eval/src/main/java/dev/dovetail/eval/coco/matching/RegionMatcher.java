package dev.dovetail.eval.coco.matching;

import dev.dovetail.eval.coco.params.AreaRange;
import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.formats.mask.Rle;
import java.util.List;

/**
 * Matches the masks of one image and category with its ground truths, like {@code
 * evalInstanceLevelSemanticLabeling} in cityscapesScripts. A detection belongs to the ground truth
 * with which its IoU exceeds the threshold. True objects do not overlap, so for thresholds of at
 * least 0.5 there is at most one. The best detection of an object is a true positive, others are
 * false. A detection that belongs to none is false, unless the fraction of it inside ignored
 * regions exceeds the threshold.
 */
final class RegionMatcher implements ImageMatcher {

  private static final int NONE = -1;

  private final GroundTruths truths;
  private final List<AreaRange> areas;
  private final double[] thresholds;

  RegionMatcher(GroundTruths truths, CocoParams params) {
    this.truths = truths;
    this.areas = params.areas();
    this.thresholds = params.iouThresholds();
  }

  @Override
  public void match(
      ImageDetections d, int[] rows, int n, int from, int to, MatchedDetections into) {
    int first = into.append(d.imageId(), n);
    int[][] common = new int[n][to - from];
    Rle[] masks = new Rle[to - from];
    for (int t = from; t < to; t++) {
      masks[t - from] = truths.mask(t);
    }
    for (int i = 0; i < n; i++) {
      into.set(first + i, d.scores()[rows[i]], i);
      for (int t = 0; t < masks.length; t++) {
        common[i][t] = common(d.mask(rows[i]), masks[t]);
      }
    }
    for (int a = 0; a < areas.size(); a++) {
      for (int k = 0; k < thresholds.length; k++) {
        boolean[] taken = new boolean[masks.length];
        for (int i = 0; i < n; i++) {
          Rle mask = d.mask(rows[i]);
          int state =
              state(mask.area(), common[i], masks, from, areas.get(a), thresholds[k], taken);
          into.setState(first + i, a * thresholds.length + k, state);
        }
      }
    }
  }

  /**
   * Returns the number of common pixels; 0 for images of different sizes, as in the other
   * protocols.
   */
  private static int common(Rle found, Rle truth) {
    return found.height() == truth.height() && found.width() == truth.width()
        ? found.commonPixels(truth)
        : 0;
  }

  /**
   * Returns the state of a detection.
   *
   * @param area number of its pixels
   * @param common number of pixels in common with each ground truth
   * @param taken whether each ground truth already has a detection; updated by this method
   */
  private int state(
      int area,
      int[] common,
      Rle[] masks,
      int from,
      AreaRange range,
      double threshold,
      boolean[] taken) {
    int found = NONE;
    long ignored = 0;
    for (int t = 0; t < masks.length; t++) {
      if (truths.isIgnored(from + t, range)) {
        ignored += (long) times(from + t, range) * common[t];
      } else if ((double) common[t] / ((long) masks[t].area() + area - common[t]) > threshold) {
        found = t;
      }
    }
    if (found != NONE) {
      boolean second = taken[found];
      taken[found] = true;
      return second ? MatchedDetections.FALSE_POSITIVE : MatchedDetections.TRUE_POSITIVE;
    }
    return (double) ignored / area > threshold
        ? MatchedDetections.IGNORED
        : MatchedDetections.FALSE_POSITIVE;
  }

  /**
   * Returns how often the reference counts the pixels of an ignored region: twice for small groups.
   */
  private int times(int truth, AreaRange range) {
    return truths.isCrowd(truth) && !range.contains(truths.area(truth)) ? 2 : 1;
  }
}
