package dev.dovetail.eval.coco;

import dev.dovetail.data.coco.CocoFormatException;
import dev.dovetail.data.coco.CocoImage;
import dev.dovetail.data.coco.CocoResults;
import dev.dovetail.data.coco.Segmentation;
import dev.dovetail.data.coco.Warnings;
import dev.dovetail.data.mask.Rle;
import java.util.Arrays;

/** A result list cut into the images of an evaluation; masks are decoded only when asked for. */
final class ResultImages {

  private final GroundTruths truths;
  private final CocoResults results;
  private final int[] rows;
  private final int[] start;

  /**
   * Groups and checks the rows.
   *
   * @throws CocoFormatException if a row's image is not in the ground truth, or the list cannot be
   *     scored as this type
   */
  ResultImages(GroundTruths truths, CocoResults results, Warnings warnings)
      throws CocoFormatException {
    this.truths = truths;
    this.results = results;
    if (results.kind() == CocoResults.Kind.KEYPOINTS) {
      throw new CocoFormatException(
          results.describe(0)
              + ": has only keypoints, so the list cannot be scored as "
              + truths.type().label());
    }
    int[] image = new int[results.size()];
    int[] kept = new int[results.size()];
    int size = 0;
    for (int row = 0; row < results.size(); row++) {
      image[row] = truths.image(results.imageId(row));
      if (image[row] >= 0 && truths.category(results.categoryId(row)) >= 0) {
        checkSize(row, warnings);
        kept[size++] = row;
      } else if (isOfUnlistedCategory(row, warnings) && image[row] >= 0) {
        // No evaluator counts it, but tidecv does.
        kept[size++] = row;
      }
    }
    int[] selected = Arrays.copyOf(kept, size);
    this.rows = CountingSort.stable(selected, image, truths.images());
    this.start = CountingSort.starts(selected, image, truths.images());
  }

  private boolean isOfUnlistedCategory(int row, Warnings warnings) throws CocoFormatException {
    if (truths.listedImage(results.imageId(row)) == null) {
      throw new CocoFormatException(
          results.describe(row)
              + (".image_id: " + results.imageId(row) + " is not an image of ")
              + truths.source());
    }
    if (truths.listsCategory(results.categoryId(row))) {
      return false;
    }
    warnings.add(
        "detections of a category that is not listed (left out, as by the COCO tools)",
        () -> results.describe(row) + ".category_id: " + results.categoryId(row));
    return true;
  }

  private void checkSize(int row, Warnings warnings) throws CocoFormatException {
    if (truths.type() != IouType.SEGM) {
      return;
    }
    Segmentation segmentation = results.segmentation(row);
    if (segmentation instanceof Segmentation.CompressedRle rle) {
      checkSize(row, rle.height(), rle.width(), warnings);
    } else if (segmentation instanceof Segmentation.UncompressedRle rle) {
      checkSize(row, rle.height(), rle.width(), warnings);
    }
  }

  private void checkSize(int row, int height, int width, Warnings warnings)
      throws CocoFormatException {
    CocoImage image = truths.listedImage(results.imageId(row));
    if (image.width() >= 0 && (image.width() != width || image.height() != height)) {
      warnings.add(
          "detected masks of another size than their image (they overlap with nothing)",
          () ->
              results.describe(row)
                  + (".segmentation: " + width + "x" + height)
                  + (" in " + image.width() + "x" + image.height()));
    }
  }

  /** Whether an image has any detection. */
  boolean isEmpty(int image) {
    return start[image] == start[image + 1];
  }

  /**
   * The detections of an image, by its number.
   *
   * @throws CocoFormatException if a mask is needed and is none
   */
  ImageDetections image(int image) throws CocoFormatException {
    int n = start[image + 1] - start[image];
    boolean ownMasks = results.kind() == CocoResults.Kind.MASKS;
    boolean needMasks = ownMasks || truths.type() == IouType.SEGM;
    CocoImage size = truths.listedImage(truths.imageId(image));
    double[] boxes = new double[4 * n];
    double[] areas = new double[n];
    double[] scores = new double[n];
    long[] categories = new long[n];
    Rle[] masks = new Rle[needMasks ? n : 0];
    for (int i = 0; i < n; i++) {
      int row = rows[start[image] + i];
      scores[i] = results.score(row);
      categories[i] = results.categoryId(row);
      results.box(row, boxes, 4 * i);
      if (needMasks) {
        masks[i] = mask(row, boxes, 4 * i, size);
        if (!results.hasBox(row)) {
          Rle.Box box = masks[i].box();
          boxes[4 * i] = box.x();
          boxes[4 * i + 1] = box.y();
          boxes[4 * i + 2] = box.width();
          boxes[4 * i + 3] = box.height();
        }
      }
      areas[i] = ownMasks ? masks[i].area() : boxes[4 * i + 2] * boxes[4 * i + 3];
    }
    return new ImageDetections(truths.imageId(image), boxes, areas, scores, categories, masks);
  }

  private Rle mask(int row, double[] boxes, int at, CocoImage size) throws CocoFormatException {
    Segmentation segmentation = results.segmentation(row);
    try {
      if (!(segmentation instanceof Segmentation.Absent)) {
        return segmentation.toRle(size.height(), size.width());
      }
      if (size.height() < 0 || size.width() < 0) {
        throw new IllegalArgumentException(
            "a box scored as a mask needs the width and height of its image, which has none");
      }
      return Rle.ofBox(
          size.height(), size.width(), boxes[at], boxes[at + 1], boxes[at + 2], boxes[at + 3]);
    } catch (IllegalArgumentException e) {
      throw new CocoFormatException(results.describe(row) + ".segmentation: " + e.getMessage(), e);
    }
  }
}
