package dev.dovetail.eval.coco.matching;

import dev.dovetail.eval.coco.params.CocoParams;

/** Matches the detections of one image and category. Not thread-safe. */
public interface ImageMatcher {

  /**
   * Appends the results of the detections.
   *
   * @param rows the detections by descending score
   * @param n number of rows
   * @param from first ground truth of the image and category
   * @param to after the last ground truth
   */
  void match(ImageDetections d, int[] rows, int n, int from, int to, MatchedDetections into);

  /** Returns the matcher of the parameters' protocol. */
  static ImageMatcher of(GroundTruths truths, CocoParams params) {
    return switch (params.protocol()) {
      case COCO, LVIS -> new Matcher(truths, params);
      case CITYSCAPES -> new RegionMatcher(truths, params);
    };
  }
}
