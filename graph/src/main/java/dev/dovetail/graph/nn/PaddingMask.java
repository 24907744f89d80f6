package dev.dovetail.graph.nn;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;

/**
 * Distinguishes the cells of a map that are on the image from those on the padding below and beside
 * it: {@code pixel_mask}, resized to the map by PyTorch's {@code nearest}. A cell is on its image
 * if both its row and its column are.
 *
 * @param rows float32 [batch, height]: 1 on the image, 0 below it
 * @param columns float32 [batch, width]: 1 on the image, 0 to the right of it
 */
public record PaddingMask(Tensor rows, Tensor columns) {

  /**
   * Returns the mask for a map.
   *
   * @param s a scope for the constants
   * @param shape int64 [batch, 2]: height and width of each image
   * @param padded the size to which all images are padded
   * @param map the map's size
   */
  public static PaddingMask of(Scope s, Tensor shape, Extent padded, Extent map) {
    return new PaddingMask(
        inside(s, shape.slice(1, 0, 1), padded.height(), map.height()),
        inside(s, shape.slice(1, 1, 2), padded.width(), map.width()));
  }

  private static Tensor inside(Scope s, Tensor extent, int pixels, int cells) {
    float scale = (float) pixels / cells;
    long[] nearest = new long[cells];
    for (int i = 0; i < cells; i++) {
      nearest[i] = Math.min((long) (i * scale), pixels - 1);
    }
    return s.constant(TensorData.of(nearest, 1, cells)).less(extent).cast(DType.FLOAT32);
  }

  /** {@return float32 [batch, height, width]: 1 on the image, 0 on padding} */
  public Tensor map() {
    return rows.unsqueeze(2).times(columns.unsqueeze(1));
  }

  /** {@return the mask row by row, [batch, height * width]} */
  public Tensor cells() {
    return map().flatten(1, 2);
  }

  /**
   * {@return the attention bias that masks padded cells: 0 on the image, minus infinity elsewhere}
   *
   * @param cells [batch, m] of one or several maps, as returned by {@link #cells}
   */
  public static Tensor bias(Scope s, Tensor cells) {
    Tensor infinity = s.constant(TensorData.scalar(Float.NEGATIVE_INFINITY));
    return cells.less(0.5).where(infinity, 0).unsqueeze(1).unsqueeze(1);
  }

  /** {@return the fraction of the map that the image covers, width before height: [batch, 2]} */
  public Tensor validRatio() {
    return Tensor.concat(1, columns.mean(1, true), rows.mean(1, true));
  }
}
