package dev.dovetail.eval.coco.matching;

import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.coco.params.IouType;
import dev.dovetail.eval.coco.params.Protocol;
import dev.dovetail.formats.coco.CocoAnnotation;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.coco.CocoImage;

/** What a {@link Protocol} decides about ground truths and detections before they are matched. */
interface Rules {

  /**
   * What an annotation lacks, beside what the {@link IouType} needs.
   *
   * @return null if it has all, else how a sentence names it
   */
  String missing(CocoAnnotation annotation);

  /** The same of an image. */
  String missing(CocoImage image);

  /** The same of a category. */
  String missing(CocoCategory category);

  /**
   * What is odd about an annotation although it can be scored, and what is done about it.
   *
   * @return null if nothing is
   */
  String oddity(CocoAnnotation annotation);

  /** Whether a detection without area is left out, see {@link LvisRules#hasArea}. */
  boolean needsArea();

  /** Whether a ground truth takes part at all. */
  boolean takesPart(CocoAnnotation annotation);

  /** Whether a ground truth may be matched any number of times. */
  boolean isCrowd(CocoAnnotation annotation);

  /** Whether a ground truth counts in no size class. */
  boolean isIgnored(CocoAnnotation annotation);

  /** Whether detections of categories that are not evaluated take room of those that are. */
  boolean cutsAcrossCategories();

  /** The rows of an image's detections that take part; equal scores stay in their order. */
  int[] rows(GroundTruths truths, int image, ImageDetections detections);

  /** Whether a detection of the category that finds no ground truth in the image is a mistake. */
  boolean isExhaustive(CocoImage image, long categoryId);

  static Rules of(CocoParams params) {
    return switch (params.protocol()) {
      case COCO -> new CocoRules(params.type());
      case LVIS -> new LvisRules(params.maxDets()[0]);
      case CITYSCAPES -> new CityscapesRules();
    };
  }
}
