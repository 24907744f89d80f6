package dev.dovetail.eval.coco.matching;

import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.coco.params.IouType;
import dev.dovetail.eval.coco.params.Protocol;
import dev.dovetail.formats.coco.CocoAnnotation;
import dev.dovetail.formats.coco.CocoAnnotation.Crowd;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.coco.CocoImage;
import java.util.stream.IntStream;

/**
 * The rules of a {@link Protocol} about ground truths and detections before matching. The defaults
 * are those of COCO.
 */
interface Rules {

  /**
   * Returns the missing field of an annotation, in addition to those that the {@link IouType}
   * requires.
   *
   * @return the description of the field; null if none is missing
   */
  default String missing(CocoAnnotation annotation) {
    return null;
  }

  /** Returns the missing field of an image; null if none is missing. */
  default String missing(CocoImage image) {
    return null;
  }

  /** Returns the missing field of a category; null if none is missing. */
  default String missing(CocoCategory category) {
    return null;
  }

  /**
   * Returns an anomaly of an annotation that can still be scored, and how it is handled.
   *
   * @return the text of the warning; null for none
   */
  default String oddity(CocoAnnotation annotation) {
    return null;
  }

  /** Returns whether detections without an area are ignored, see {@link LvisRules#hasArea}. */
  default boolean needsArea() {
    return false;
  }

  /** Returns whether a ground truth is evaluated at all. */
  default boolean takesPart(CocoAnnotation annotation) {
    return true;
  }

  /** Returns whether a ground truth may be matched any number of times. */
  default boolean isCrowd(CocoAnnotation annotation) {
    return annotation.crowd() == Crowd.YES;
  }

  /** Returns whether a ground truth is ignored in all size classes. */
  boolean isIgnored(CocoAnnotation annotation);

  /** Returns whether detections of categories that are not evaluated count toward maxDets. */
  default boolean cutsAcrossCategories() {
    return false;
  }

  /** Returns the evaluated rows of an image's detections. Equal scores stay in order. */
  default int[] rows(GroundTruths truths, int image, ImageDetections detections) {
    return IntStream.range(0, detections.size())
        .filter(row -> truths.category(detections.categoryId(row)) >= 0)
        .toArray();
  }

  /** Returns whether an unmatched detection of the category in the image is a false positive. */
  default boolean isExhaustive(CocoImage image, long categoryId) {
    return true;
  }

  /**
   * Returns whether an unmatched detection of the category in the image is excused. It may also be
   * in a region that {@link #isVoid}.
   */
  default boolean isExcused(GroundTruths truths, int image, CocoImage entry, long categoryId) {
    return false;
  }

  /** Returns whether an annotation is a region that is not evaluated instead of an object. */
  default boolean isVoid(CocoAnnotation annotation) {
    return false;
  }

  static Rules of(CocoParams params) {
    return switch (params.protocol()) {
      case COCO -> new CocoRules(params.type());
      case LVIS -> new LvisRules(params.maxDets()[0]);
      case CITYSCAPES -> new CityscapesRules(params.areas().get(0).low());
    };
  }
}
