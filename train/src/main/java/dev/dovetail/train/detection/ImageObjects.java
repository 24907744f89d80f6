package dev.dovetail.train.detection;

import dev.dovetail.core.DType;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.TensorType;
import java.util.Arrays;

/**
 * The objects of one image in the coordinates of the network's input, resized and padded. Crowds
 * are excluded.
 *
 * @param boxes float32 [n, 4]: x1 y1 x2 y2 in pixels of the network's input
 * @param labels int64 [n], from 0
 * @param bitmaps uint8 [n, height, width], 1 inside the object; the size is that of {@code padded}
 * @param size the size of the image without padding
 * @param padded the image's own padded size, which may be smaller than that of its batch
 */
public record ImageObjects(
    TensorData boxes, TensorData labels, TensorData bitmaps, Size size, Size padded) {

  /**
   * A size in pixels.
   *
   * @param height rows
   * @param width columns
   */
  public record Size(int height, int width) {

    @Override
    public String toString() {
      return height + "x" + width;
    }
  }

  /**
   * @param boxes float32 [n, 4]: x1 y1 x2 y2 in pixels of the network's input
   * @param labels int64 [n], from 0
   * @param bitmaps uint8 [n, height, width], 1 inside the object; the size is that of {@code
   *     padded}
   * @param size the size of the image without padding
   * @param padded the image's own padded size, which may be smaller than that of its batch
   * @throws IllegalArgumentException if types or shapes do not match, or a box has no area
   */
  public ImageObjects {
    int n = labels.type().shape().dims().length == 1 ? labels.type().shape().dim(0) : -1;
    require("labels", labels, TensorType.of(DType.INT64, Math.max(n, 0)));
    require("boxes", boxes, TensorType.of(DType.FLOAT32, n, 4));
    require("bitmaps", bitmaps, TensorType.of(DType.UINT8, n, padded.height(), padded.width()));
    for (int k = 0; k < n; k++) {
      float[] box = boxes.row(k);
      if (!(box[2] > box[0] && box[3] > box[1])) {
        throw new IllegalArgumentException(
            "the box of object "
                + k
                + " is "
                + Arrays.toString(box)
                + "; expected x1 y1 x2 y2 with x1 < x2 and y1 < y2; remove such objects");
      }
    }
  }

  private static void require(String name, TensorData data, TensorType expected) {
    if (!data.type().equals(expected)) {
      throw new IllegalArgumentException(
          "the " + name + " of an image's objects are " + data.type() + ", expected " + expected);
    }
  }

  /** {@return the number of objects} */
  public int count() {
    return labels.type().shape().dim(0);
  }
}
