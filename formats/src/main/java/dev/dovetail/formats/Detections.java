package dev.dovetail.formats;

import dev.dovetail.formats.mask.Rle;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The objects detected in one image, as columns. The arrays are not copied and must not be
 * modified.
 *
 * @param image size of the original image
 * @param boxes [n, 4]: x1 y1 x2 y2 in pixels of the original image
 * @param scores [n]
 * @param labels [n], from 0
 * @param masks [n], each of the image's size; empty if the model does not predict masks
 */
public record Detections(Size image, float[] boxes, float[] scores, int[] labels, Rle[] masks) {

  /**
   * @param image size of the image
   * @param boxes [n, 4]: x1 y1 x2 y2 in pixels of the image
   * @param scores [n]
   * @param labels [n]
   * @param masks [n], or empty
   * @throws IllegalArgumentException if the columns have different lengths
   */
  public Detections {
    int n = scores.length;
    if (boxes.length != 4 * n || labels.length != n || (masks.length != n && masks.length != 0)) {
      throw new IllegalArgumentException(
          "columns of "
              + boxes.length
              + " coordinates, "
              + n
              + " scores, "
              + labels.length
              + " labels and "
              + masks.length
              + " masks have different lengths");
    }
  }

  /** {@return the number of objects} */
  public int count() {
    return scores.length;
  }

  /** {@return whether objects have masks; true without objects} */
  public boolean hasMasks() {
    return masks.length == scores.length;
  }

  /** {@return the boxes in COCO's format, [n, 4]: left, top, width, height} */
  public double[] xywh() {
    double[] all = new double[boxes.length];
    for (int i = 0; i < boxes.length; i += 4) {
      all[i] = boxes[i];
      all[i + 1] = boxes[i + 1];
      all[i + 2] = (double) boxes[i + 2] - boxes[i];
      all[i + 3] = (double) boxes[i + 3] - boxes[i + 1];
    }
    return all;
  }

  /**
   * {@return the objects whose scores are at least {@code score}, in the same order}
   *
   * @param score the lowest score
   */
  public Detections above(float score) {
    return select(IntStream.range(0, count()).filter(i -> scores[i] >= score).toArray());
  }

  /** {@return the objects by ascending label; objects with the same label stay in order} */
  public Detections byLabel() {
    return select(
        IntStream.range(0, count())
            .boxed()
            .sorted(Comparator.comparingInt(i -> labels[i]))
            .mapToInt(i -> i)
            .toArray());
  }

  /**
   * {@return the objects at these indices, in this order}
   *
   * @param places the indices
   */
  public Detections select(int... places) {
    float[] b = new float[4 * places.length];
    float[] s = new float[places.length];
    int[] l = new int[places.length];
    Rle[] m = new Rle[masks.length == 0 ? 0 : places.length];
    for (int i = 0; i < places.length; i++) {
      int from = places[i];
      System.arraycopy(boxes, 4 * from, b, 4 * i, 4);
      s[i] = scores[from];
      l[i] = labels[from];
      if (m.length > 0) {
        m[i] = masks[from];
      }
    }
    return new Detections(image, b, s, l, m);
  }
}
