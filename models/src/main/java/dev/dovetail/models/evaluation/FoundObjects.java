package dev.dovetail.models.evaluation;

import dev.dovetail.data.image.MaskPaste;
import dev.dovetail.data.image.MaskRegion;
import dev.dovetail.data.image.Size;
import dev.dovetail.data.mask.Rle;
import dev.dovetail.models.pipeline.Outcome;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The objects of one image as COCO counts them: by label, then by descending score.
 *
 * @param boxes [n, 4]: left, top, width, height in original pixels
 * @param scores [n]
 * @param categoryIds [n]
 * @param masks [n], of the image's size
 */
public record FoundObjects(
    long imageId, double[] boxes, double[] scores, long[] categoryIds, Rle[] masks) {

  /** A pixel belongs to a mask from this probability on. */
  private static final MaskPaste PASTE = new MaskPaste(0.5f);

  /** Pastes and codes the masks of what a model found. */
  public static FoundObjects of(
      long imageId, Outcome.Objects found, Size image, ClassMapping mapping) {
    int n = found.count();
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingInt(i -> found.labels()[i]))
            .mapToInt(i -> i)
            .toArray();
    double[] boxes = new double[4 * n];
    double[] scores = new double[n];
    long[] categoryIds = new long[n];
    Rle[] masks = new Rle[n];
    for (int row = 0; row < n; row++) {
      int i = order[row];
      float[] b = found.boxes();
      boxes[4 * row] = b[4 * i];
      boxes[4 * row + 1] = b[4 * i + 1];
      boxes[4 * row + 2] = (double) b[4 * i + 2] - b[4 * i];
      boxes[4 * row + 3] = (double) b[4 * i + 3] - b[4 * i + 1];
      scores[row] = found.scores()[i];
      categoryIds[row] = mapping.categoryIds()[found.labels()[i]];
      masks[row] = mask(found, i, image);
    }
    return new FoundObjects(imageId, boxes, scores, categoryIds, masks);
  }

  /** The mask of object {@code i} in an image, run-length coded. */
  public static Rle mask(Outcome.Objects found, int i, Size image) {
    MaskRegion r = region(found, i, image);
    return Rle.ofRegion(
        image.height(), image.width(), r.x(), r.y(), r.width(), r.height(), r.columnMajor());
  }

  /** The pixels of object {@code i} around its box. */
  public static MaskRegion region(Outcome.Objects found, int i, Size image) {
    float[] b = found.boxes();
    int side = found.side();
    return PASTE.paste(
        found.maskProbs(),
        i * side * side,
        side,
        b[4 * i],
        b[4 * i + 1],
        b[4 * i + 2],
        b[4 * i + 3],
        image);
  }

  public int count() {
    return scores.length;
  }
}
