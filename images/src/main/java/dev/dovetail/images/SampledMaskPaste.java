package dev.dovetail.images;

import dev.dovetail.formats.Size;

/**
 * Lays the mask probabilities of a detection over its box in the original image, as mmdet's {@code
 * _do_paste_mask} on CPU does: each pixel's centre is sampled bilinearly (PyTorch's {@code
 * grid_sample}, zero padding, {@code align_corners=False}) in float32, then compared.
 *
 * @param threshold a pixel is set where the sampled probability is at least this, 0.5 as a rule
 */
public record SampledMaskPaste(float threshold) implements MaskPaste {

  /**
   * Where the samples of one axis lie: index of the lower neighbour, and the upper one's weight.
   */
  private record Axis(int[] lower, float[] upperWeight) {

    /** What lies at least one cell outside samples nothing but zeros. */
    static final int OUTSIDE = Integer.MIN_VALUE;

    /** The samples of {@code count} pixels from {@code first} on, over a box from low to high. */
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
   * @return the box's pixels and one more on each side, cut at the image's border
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
      // The order of PyTorch's sums: a pixel near the threshold depends on it.
      float value =
          bordered[west + north] * (toWest * toNorth)
              + bordered[east + north] * (toEast * toNorth)
              + bordered[west + north + 1] * (toWest * toSouth)
              + bordered[east + north + 1] * (toEast * toSouth);
      mask[x * height + y] = (byte) (value >= threshold ? 1 : 0);
    }
  }

  /** The probabilities column by column with a border of zeros, {@code [side + 2, side + 2]}. */
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
