package dev.dovetail.tasks.detection;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.graph.TensorData;
import java.nio.ByteBuffer;

/**
 * The masks of a graph, enlarged to the size of the original image with PyTorch's {@code nearest}
 * interpolation.
 *
 * @param masks masks in row-major order; nonzero values are set
 * @param own the size of the masks
 * @param rows for each row of the image, the row of the mask
 * @param columns for each column of the image, the column of the mask
 */
record EnlargedMasks(ByteBuffer masks, Size own, int[] rows, int[] columns) {

  /**
   * @param masks uint8 [batch, n, height, width]
   */
  static EnlargedMasks of(TensorData masks, Size original) {
    Size own = new Size(masks.type().shape().dim(2), masks.type().shape().dim(3));
    return new EnlargedMasks(
        masks.bytes(),
        own,
        nearest(original.height(), own.height()),
        nearest(original.width(), own.width()));
  }

  /** Computes in float32, as the reference does. */
  private static int[] nearest(int out, int in) {
    float scale = (float) in / out;
    int[] from = new int[out];
    for (int i = 0; i < out; i++) {
      from[i] = Math.min((int) (i * scale), in - 1);
    }
    return from;
  }

  /** Returns a mask at the original size. */
  Rle coded(int number) {
    int start = Math.toIntExact(number * own.pixels());
    byte[] pixels = new byte[Math.multiplyExact(rows.length, columns.length)];
    for (int x = 0, at = 0; x < columns.length; x++) {
      int column = start + columns[x];
      for (int y = 0; y < rows.length; y++, at++) {
        pixels[at] = masks.get(column + rows[y] * own.width());
      }
    }
    return Rle.ofColumnMajor(rows.length, columns.length, pixels);
  }
}
