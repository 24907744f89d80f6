package dev.dovetail.eval.coco.matching;

import dev.dovetail.eval.coco.params.IouType;
import dev.dovetail.eval.sort.CountingSort;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoImage;
import dev.dovetail.formats.coco.CocoResults;
import dev.dovetail.formats.coco.Keypoints;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.mask.Segmentation;
import java.util.Arrays;

/** A list of results grouped by the images of an evaluation. Masks are decoded only on request. */
public final class ResultImages {

  /** The length of the longest count string of an empty mask: one number and perhaps a zero. */
  private static final int LONGEST_EMPTY = 8;

  private final GroundTruths truths;
  private final CocoResults results;
  private final int[] rows;
  private final int[] start;

  /**
   * Groups and checks the rows.
   *
   * @throws FormatException if a row's image is not in the ground truth, or the list cannot be
   *     scored as this type
   */
  public ResultImages(GroundTruths truths, CocoResults list, Warnings warnings)
      throws FormatException {
    this.truths = truths;
    this.results = list.matchedTo(truths.dataset(), warnings);
    if (results.kind() == CocoResults.Kind.KEYPOINTS && truths.type().needsMasks()) {
      throw new FormatException(
          results.describe(0)
              + ": has only keypoints, so the list cannot be scored as "
              + truths.type().label());
    }
    int[] image = new int[results.size()];
    int[] kept = new int[results.size()];
    int size = 0;
    for (int row = 0; row < results.size(); row++) {
      image[row] = truths.image(results.imageId(row));
      boolean evaluated = truths.category(results.categoryId(row)) >= 0;
      boolean unlisted = (image[row] < 0 || !evaluated) && isOfUnlistedCategory(row, warnings);
      if (image[row] >= 0 && evaluated) {
        check(row, warnings);
        kept[size++] = row;
      } else if (image[row] >= 0 && (unlisted || truths.rules().cutsAcrossCategories())) {
        // No evaluator counts it, but tidecv does, and LVIS counts it toward maxDets.
        kept[size++] = row;
      }
    }
    int[] selected = Arrays.copyOf(kept, size);
    this.rows = CountingSort.stable(selected, image, truths.images());
    this.start = CountingSort.starts(selected, image, truths.images());
  }

  private boolean isOfUnlistedCategory(int row, Warnings warnings) throws FormatException {
    if (truths.listedImage(results.imageId(row)) == null) {
      throw new FormatException(
          results.describe(row)
              + (".image_id: " + results.imageId(row) + " is not an image of ")
              + truths.source());
    }
    if (truths.listsCategory(results.categoryId(row))) {
      return false;
    }
    warnings.add(
        "detections of a category that is not listed (ignored, as in the COCO tools)",
        () -> results.describe(row) + ".category_id: " + results.category(row));
    return true;
  }

  private void check(int row, Warnings warnings) throws FormatException {
    if (truths.type().needsMasks()) {
      results.requireRead(row, "segmentation");
      checkSize(row, warnings);
    }
    if (truths.type() == IouType.KEYPOINTS) {
      results.requireRead(row, "keypoints");
      checkKeypoints(row);
    }
    if (truths.rules().needsArea() && !LvisRules.hasArea(area(row))) {
      warnings.add(
          "detections without an area (ignored, as in the LVIS tools)",
          () -> results.describe(row));
    }
  }

  /**
   * Returns the area of a box. For a mask, whose area takes long to compute, only whether it has
   * any.
   */
  private double area(int row) throws FormatException {
    if (results.hasBox(row)) {
      double[] box = new double[4];
      results.box(row, box, 0);
      return box[2] * box[3];
    }
    boolean mayBeEmpty =
        results.segmentation(row) instanceof Segmentation.CompressedRle rle
            && rle.counts().length <= LONGEST_EMPTY;
    return mayBeEmpty ? mask(row, truths.listedImage(results.imageId(row))).area() : 1;
  }

  private void checkKeypoints(int row) throws FormatException {
    int found = results.keypoints(row).length;
    int points = truths.sigmas().length;
    if (found != Keypoints.STRIDE * points) {
      throw new FormatException(
          results.describe(row)
              + (".keypoints: has " + found + " numbers; expected three for each of the ")
              + (points + " sigmas"));
    }
  }

  private void checkSize(int row, Warnings warnings) throws FormatException {
    Segmentation segmentation = results.segmentation(row);
    if (segmentation instanceof Segmentation.CompressedRle rle) {
      checkSize(row, rle.height(), rle.width(), warnings);
    } else if (segmentation instanceof Segmentation.UncompressedRle rle) {
      checkSize(row, rle.height(), rle.width(), warnings);
    }
  }

  private void checkSize(int row, int height, int width, Warnings warnings) throws FormatException {
    CocoImage image = truths.listedImage(results.imageId(row));
    if (image.width() >= 0 && (image.width() != width || image.height() != height)) {
      warnings.add(
          "detected masks whose size differs from their image (they overlap with nothing)",
          () ->
              results.describe(row)
                  + (".segmentation: " + width + "x" + height)
                  + (" in " + image.width() + "x" + image.height()));
    }
  }

  /** Returns the index of a row's category in the ground truth. */
  long categoryId(int row) {
    return results.categoryId(row);
  }

  /** Returns whether an image has any detection. */
  public boolean isEmpty(int image) {
    return start[image] == start[image + 1];
  }

  /**
   * Returns the detections of an image, by its index.
   *
   * @throws FormatException if a required mask is invalid
   */
  public ImageDetections image(int image) throws FormatException {
    int n = start[image + 1] - start[image];
    boolean ownMasks = results.kind() == CocoResults.Kind.MASKS;
    boolean needMasks = ownMasks || truths.type().needsMasks();
    boolean needKeypoints = truths.type() == IouType.KEYPOINTS;
    CocoImage size = truths.listedImage(truths.imageId(image));
    double[] boxes = new double[4 * n];
    double[] areas = new double[n];
    double[] scores = new double[n];
    long[] categories = new long[n];
    Rle[] masks = new Rle[needMasks ? n : 0];
    double[][] keypoints = new double[needKeypoints ? n : 0][];
    for (int i = 0; i < n; i++) {
      int row = rows[start[image] + i];
      scores[i] = results.score(row);
      categories[i] = results.categoryId(row);
      if (needMasks) {
        masks[i] = mask(row, size);
      }
      if (needKeypoints) {
        keypoints[i] = results.keypoints(row);
      }
      box(row, needMasks ? masks[i] : null, boxes, 4 * i);
      areas[i] = ownMasks ? masks[i].area() : boxes[4 * i + 2] * boxes[4 * i + 3];
    }
    return new ImageDetections(
        truths.imageId(image), boxes, areas, scores, categories, masks, keypoints);
  }

  /**
   * Returns the row's box or, without one, the bounding box of its keypoints in a list of
   * keypoints, or of its mask.
   */
  private void box(int row, Rle mask, double[] boxes, int at) {
    if (results.kind() == CocoResults.Kind.KEYPOINTS) {
      ImageDetections.extent(results.keypoints(row), boxes, at);
    } else if (results.hasBox(row)) {
      results.box(row, boxes, at);
    } else {
      ImageDetections.extent(mask, boxes, at);
    }
  }

  private Rle mask(int row, CocoImage size) throws FormatException {
    Segmentation segmentation = results.segmentation(row);
    try {
      if (!(segmentation instanceof Segmentation.Absent)) {
        return segmentation.toRle(size.height(), size.width());
      }
      if (size.height() < 0 || size.width() < 0) {
        throw new IllegalArgumentException(
            "a box scored as a mask requires the width and height of its image, which are missing");
      }
      double[] box = new double[4];
      results.box(row, box, 0);
      return Rle.ofBox(size.height(), size.width(), box[0], box[1], box[2], box[3]);
    } catch (IllegalArgumentException e) {
      throw new FormatException(results.describe(row) + ".segmentation: " + e.getMessage(), e);
    }
  }
}
