package dev.dovetail.images;

import dev.dovetail.formats.Size;

/**
 * Pastes masks like torchvision's {@code paste_masks_in_image}. The values and the box are extended
 * by a border of zeros, the box's corners are truncated to integers, and the values are resized to
 * the box bilinearly (PyTorch's {@code interpolate}, {@code align_corners=False}) in float32.
 *
 * @param threshold the lowest resized probability of a set pixel, usually 0.5
 */
public record ResizedMaskPaste(float threshold) implements MaskPaste {

  private static final int BORDER = 1;

  /**
   * One axis of the resized values within the image.
   *
   * @param first the first pixel of the image that has a value
   * @param lower the lower neighbor of each pixel's value
   * @param upper the upper neighbor
   * @param upperWeight the weight of the upper neighbor
   */
  private record Axis(int first, int[] lower, int[] upper, float[] upperWeight) {

    /** Returns the pixels of an axis of the image between two corners of the box. */
    static Axis of(float low, float high, int side, int extent) {
      float half = (high - low) * 0.5f * ((float) (side + 2 * BORDER) / side);
      float centre = (high + low) * 0.5f;
      int start = (int) (centre - half);
      int end = (int) (centre + half);
      int length = Math.max(end - start + 1, 1);
      int first = Math.max(start, 0);
      int count = Math.max(Math.min(end + 1, extent) - first, 0);
      Axis axis = new Axis(first, new int[count], new int[count], new float[count]);
      float step = (float) (side + 2 * BORDER) / length;
      for (int i = 0; i < count; i++) {
        float cell = Math.max(step * (first - start + i + 0.5f) - 0.5f, 0);
        axis.lower[i] = (int) cell;
        axis.upper[i] = Math.min(axis.lower[i] + 1, side + 2 * BORDER - 1);
        axis.upperWeight[i] = cell - axis.lower[i];
      }
      return axis;
    }

    int count() {
      return lower.length;
    }
  }

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
    Axis columns = Axis.of(x0, x1, side, image.width());
    Axis rows = Axis.of(y0, y1, side, image.height());
    if (columns.count() == 0 || rows.count() == 0) {
      return MaskRegion.EMPTY;
    }
    float[][] values = bordered(probabilities, offset, side);
    byte[] mask = new byte[columns.count() * rows.count()];
    for (int x = 0; x < columns.count(); x++) {
      for (int y = 0; y < rows.count(); y++) {
        float top = row(values[rows.lower[y]], columns, x);
        float bottom = row(values[rows.upper[y]], columns, x);
        float toBottom = rows.upperWeight[y];
        boolean set = (1 - toBottom) * top + toBottom * bottom >= threshold;
        mask[x * rows.count() + y] = (byte) (set ? 1 : 0);
      }
    }
    return new MaskRegion(columns.first, rows.first, columns.count(), rows.count(), mask);
  }

  private static float row(float[] values, Axis columns, int x) {
    float toRight = columns.upperWeight[x];
    return (1 - toRight) * values[columns.lower[x]] + toRight * values[columns.upper[x]];
  }

  private static float[][] bordered(float[] probabilities, int offset, int side) {
    float[][] values = new float[side + 2 * BORDER][side + 2 * BORDER];
    for (int y = 0; y < side; y++) {
      System.arraycopy(probabilities, offset + y * side, values[y + BORDER], BORDER, side);
    }
    return values;
  }
}
