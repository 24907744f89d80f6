package dev.dovetail.images;

import dev.dovetail.formats.Size;

/**
 * OpenCV's 8-bit {@code INTER_LINEAR}, implemented from the specification without OpenCV. Weights
 * have 11 fraction bits. At the left and right border they are reset; at the top and bottom, only
 * the rows are clamped.
 */
final class BilinearReference {

  private BilinearReference() {}

  static Image resize(Image source, Size size) {
    Size from = source.size();
    byte[] target = new byte[(int) size.pixels() * Image.CHANNELS];
    boolean halved = from.height() == 2 * size.height() && from.width() == 2 * size.width();
    for (int y = 0; y < size.height(); y++) {
      for (int x = 0; x < size.width(); x++) {
        for (int c = 0; c < Image.CHANNELS; c++) {
          int value = halved ? mean(source, y, x, c) : sample(source, size, y, x, c);
          target[(y * size.width() + x) * Image.CHANNELS + c] = (byte) value;
        }
      }
    }
    return Image.of(size, target);
  }

  private static int mean(Image source, int y, int x, int c) {
    int sum =
        source.at(2 * y, 2 * x, c)
            + source.at(2 * y, 2 * x + 1, c)
            + source.at(2 * y + 1, 2 * x, c)
            + source.at(2 * y + 1, 2 * x + 1, c);
    return sum + 2 >> 2;
  }

  private static int sample(Image source, Size size, int y, int x, int c) {
    int lastRow = source.size().height() - 1;
    float row = position(y, size.height(), source.size().height());
    int top = (int) Math.floor(row);
    float down = row - top;
    int r0 = horizontal(source, size, clamp(top, lastRow), x, c);
    int r1 = horizontal(source, size, clamp(top + 1, lastRow), x, c);
    int sum = (weight(1 - down) * (r0 >> 4) >> 16) + (weight(down) * (r1 >> 4) >> 16);
    return clamp(sum + 2 >> 2, 255);
  }

  private static int horizontal(Image source, Size size, int y, int x, int c) {
    int last = source.size().width() - 1;
    float column = position(x, size.width(), source.size().width());
    int left = (int) Math.floor(column);
    float right = column - left;
    if (left < 0 || left >= last) {
      left = clamp(left, last);
      right = 0;
    }
    return source.at(y, left, c) * weight(1 - right)
        + source.at(y, Math.min(left + 1, last), c) * weight(right);
  }

  private static float position(int index, int target, int source) {
    double scale = 1 / ((double) target / source);
    return (float) ((index + 0.5) * scale - 0.5);
  }

  private static int weight(float share) {
    return (int) Math.rint(share * 2048f);
  }

  private static int clamp(int value, int last) {
    return Math.max(0, Math.min(value, last));
  }
}
