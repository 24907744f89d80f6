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
 * What a {@link Protocol} decides about ground truths and detections before they are matched. What
 * is not overridden is as COCO has it.
 */
interface Rules {

  /**
   * What an annotation lacks, beside what the {@link IouType} needs.
   *
   * @return null if it has all, else how a sentence names it
   */
  default String missing(CocoAnnotation annotation) {
    return null;
  }

  /** The same of an image. */
  default String missing(CocoImage image) {
    return null;
  }

  /** The same of a category. */
  default String missing(CocoCategory category) {
    return null;
  }

  /**
   * What is odd about an annotation although it can be scored, and what is done about it.
   *
   * @return null if nothing is
   */
  default String oddity(CocoAnnotation annotation) {
    return null;
  }

  /** Whether a detection without area is left out, see {@link LvisRules#hasArea}. */
  default boolean needsArea() {
    return false;
  }

  /** Whether a ground truth takes part at all. */
  default boolean takesPart(CocoAnnotation annotation) {
    return true;
  }

  /** Whether a ground truth may be matched any number of times. */
  default boolean isCrowd(CocoAnnotation annotation) {
    return annotation.crowd() == Crowd.YES;
  }

  /** Whether a ground truth counts in no size class. */
  boolean isIgnored(CocoAnnotation annotation);

  /** Whether detections of categories that are not evaluated take room of those that are. */
  default boolean cutsAcrossCategories() {
    return false;
  }

  /** The rows of an image's detections that take part; equal scores stay in their order. */
  default int[] rows(GroundTruths truths, int image, ImageDetections detections) {
    return IntStream.range(0, detections.size())
        .filter(row -> truths.category(detections.categoryId(row)) >= 0)
        .toArray();
  }

  /** Whether a detection of the category that finds no ground truth in the image is a mistake. */
  default boolean isExhaustive(CocoImage image, long categoryId) {
    return true;
  }

  /**
   * Whether a detection of the category that finds no ground truth in the image says nothing. It
   * may also lie in what {@link #isVoid}.
   */
  default boolean isExcused(GroundTruths truths, int image, CocoImage entry, long categoryId) {
    return false;
  }

  /** Whether an annotation is pixels in which nothing is evaluated, not an object. */
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
