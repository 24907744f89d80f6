package dev.dovetail.images;

import dev.dovetail.formats.Size;

/**
 * Pastes masks like mmdet's {@code _do_paste_mask} on CPU. Each pixel's center is sampled
 * bilinearly (PyTorch's {@code grid_sample}, zero padding, {@code align_corners=False}) in float32
 * and compared with a threshold.
 *
 * @param threshold the lowest sampled probability of a set pixel, usually 0.5
 */
public record SampledMaskPaste(float threshold) implements MaskPaste {

  /** The samples of one axis: index of the lower neighbor, and weight of the upper one. */
  private record Axis(int[] lower, float[] upperWeight) {

    /** The index of samples at least one cell outside of the values, which are zero. */
    static final int OUTSIDE = Integer.MIN_VALUE;

    /**
     * Returns the samples of {@code count} pixels, starting at {@code first}, over a box from low
     * to high.
     */
    static Axis of(int first, int count, float low, float high, int side) {
      int[] lower = new int[count];
      float[] weight = new float[count];
      float extent = high - low;
      for (int i = 0; i < count; i++) {
        float position = (first + i + 0.5f - low) / extent * 2 - 1;
        if (Float.isInfinite(position)) {
          position = 0;
        }
        float cell = ((position + 1) * side - 1) / 2;
        float floor = (float) Math.floor(cell);
        boolean inside = floor >= -1 && floor < side;
        lower[i] = inside ? (int) floor : OUTSIDE;
        weight[i] = cell - floor;
      }
      return new Axis(lower, weight);
    }
  }

  /**
   * {@inheritDoc}
   *
   * @return the box's pixels and one more on each side, clipped to the image
   */
  @Override
  public MaskRegion paste(
      float[] probabilities,
      int offset,
      int side,
      float x0,
      float y0,
      float x1,
      float y1,
      Size image) {
    int left = (int) Math.max(Math.floor(x0) - 1, 0);
    int top = (int) Math.max(Math.floor(y0) - 1, 0);
    int width = (int) Math.min(Math.ceil(x1) + 1, image.width()) - left;
    int height = (int) Math.min(Math.ceil(y1) + 1, image.height()) - top;
    if (width <= 0 || height <= 0) {
      return MaskRegion.EMPTY;
    }
    Axis columns = Axis.of(left, width, x0, x1, side);
    Axis rows = Axis.of(top, height, y0, y1, side);
    byte[] mask = new byte[width * height];
    float[] bordered = bordered(probabilities, offset, side);
    for (int x = 0; x < width; x++) {
      if (columns.lower[x] != Axis.OUTSIDE) {
        column(bordered, side + 2, columns, x, rows, mask);
      }
    }
    return new MaskRegion(left, top, width, height, mask);
  }

  private void column(float[] bordered, int stride, Axis columns, int x, Axis rows, byte[] mask) {
    int height = rows.lower.length;
    int west = (columns.lower[x] + 1) * stride + 1;
    int east = west + stride;
    float toEast = columns.upperWeight[x];
    float toWest = 1 - toEast;
    for (int y = 0; y < height; y++) {
      int north = rows.lower[y];
      if (north == Axis.OUTSIDE) {
        continue;
      }
      float toSouth = rows.upperWeight[y];
      float toNorth = 1 - toSouth;
      // Sums in PyTorch's order, which affects pixels near the threshold.
      float value =
          bordered[west + north] * (toWest * toNorth)
              + bordered[east + north] * (toEast * toNorth)
              + bordered[west + north + 1] * (toWest * toSouth)
              + bordered[east + north + 1] * (toEast * toSouth);
      mask[x * height + y] = (byte) (value >= threshold ? 1 : 0);
    }
  }

  /**
   * Returns the probabilities, column by column, with a border of zeros, {@code [side + 2, side +
   * 2]}.
   */
  private static float[] bordered(float[] probabilities, int offset, int side) {
    int stride = side + 2;
    float[] bordered = new float[stride * stride];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        bordered[(x + 1) * stride + y + 1] = probabilities[offset + y * side + x];
      }
    }
    return bordered;
  }
}
