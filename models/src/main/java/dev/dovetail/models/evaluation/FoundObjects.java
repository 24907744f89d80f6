package dev.dovetail.models.evaluation;

import dev.dovetail.data.image.MaskPaste;
import dev.dovetail.data.image.MaskRegion;
import dev.dovetail.data.image.Size;
import dev.dovetail.data.mask.Rle;
import dev.dovetail.models.pipeline.Outcome;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The objects of one image in the order of COCO's result lists: by label, then by descending score.
 *
 * @param image size of the original image
 * @param boxes [n, 4]: left, top, width, height in original pixels
 * @param scores [n]
 * @param labels [n], from 0
 * @param masks [n], of the image's size
 */
public record FoundObjects(Size image, double[] boxes, double[] scores, int[] labels, Rle[] masks) {

  /** A pixel belongs to a mask from this probability on. */
  private static final MaskPaste PASTE = new MaskPaste(0.5f);

  /** Pastes and codes the masks of what a model found. */
  public static FoundObjects of(Outcome.Objects found, Size image) {
    int n = found.count();
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingInt(i -> found.labels()[i]))
            .mapToInt(i -> i)
            .toArray();
    double[] boxes = new double[4 * n];
    double[] scores = new double[n];
    int[] labels = new int[n];
    Rle[] masks = new Rle[n];
    for (int row = 0; row < n; row++) {
      int i = order[row];
      float[] b = found.boxes();
      boxes[4 * row] = b[4 * i];
      boxes[4 * row + 1] = b[4 * i + 1];
      boxes[4 * row + 2] = (double) b[4 * i + 2] - b[4 * i];
      boxes[4 * row + 3] = (double) b[4 * i + 3] - b[4 * i + 1];
      scores[row] = found.scores()[i];
      labels[row] = found.labels()[i];
      masks[row] = mask(found, i, image);
    }
    return new FoundObjects(image, boxes, scores, labels, masks);
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
