package dev.dovetail.train.detection;

import dev.dovetail.graph.Sampling;
import dev.dovetail.graph.TensorData;
import dev.dovetail.train.engine.RoiBins;
import java.nio.ByteBuffer;

/**
 * Computes mask targets (mmdet's {@code BitmapMasks.crop_and_resize}). The region's box is clipped
 * to the object's bitmap. RoIAlign then resamples the bitmap within the box.
 *
 * @param size the height and width of a mask
 */
record MaskTargets(int size) {

  /** The minimum share of a foreground cell that the object covers. */
  static final float THRESHOLD = 0.5f;

  /**
   * Computes the coverage of each cell by the object.
   *
   * @param bitmaps uint8 [n, height, width]
   * @param object the index of the bitmap
   * @param box x1 y1 x2 y2 in pixels of the bitmap
   * @return [size, size], row-major
   */
  float[] shares(TensorData bitmaps, int object, double... box) {
    int height = bitmaps.type().shape().dim(1);
    int width = bitmaps.type().shape().dim(2);
    Sampling.RoiAlign align = new Sampling.RoiAlign(size, 1);
    RoiBins rows = RoiBins.of(align, clip(box[1], height), clip(box[3], height), height);
    RoiBins columns = RoiBins.of(align, clip(box[0], width), clip(box[2], width), width);
    int from = columns.first()[0];
    int to = columns.first()[size - 1] + columns.weights()[size - 1].length;
    ByteBuffer bits = bitmaps.bytes();
    float[] shares = new float[size * size];
    for (int y = 0; y < size; y++) {
      double[] line = new double[width];
      double[] down = rows.weights()[y];
      for (int i = 0; i < down.length; i++) {
        int start = (object * height + rows.first()[y] + i) * width;
        for (int x = from; x < to; x++) {
          line[x] += down[i] * bits.get(start + x);
        }
      }
      for (int x = 0; x < size; x++) {
        double[] across = columns.weights()[x];
        double share = 0;
        for (int j = 0; j < across.length; j++) {
          share += across[j] * line[columns.first()[x] + j];
        }
        shares[y * size + x] = (float) share;
      }
    }
    return shares;
  }

  /**
   * Computes which cells are foreground.
   *
   * @param bitmaps uint8 [n, height, width]
   * @param object the index of the bitmap
   * @param box x1 y1 x2 y2 in pixels of the bitmap
   * @return [size, size], row-major, 1 or 0
   */
  float[] of(TensorData bitmaps, int object, double... box) {
    float[] cells = shares(bitmaps, object, box);
    for (int i = 0; i < cells.length; i++) {
      cells[i] = cells[i] >= THRESHOLD ? 1 : 0;
    }
    return cells;
  }

  private static double clip(double value, int limit) {
    return Math.min(Math.max(value, 0), limit);
  }
}
