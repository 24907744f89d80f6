package dev.dovetail.formats.image;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The bytes of one PNG row whose filter is undone in place (PNG specification, section 9).
 *
 * @param distance number of bytes between a sample and its left neighbor
 * @param above contains the row above, starting at {@code aboveAt}; zeros for the first row
 */
record PngRow(byte[] bytes, int at, int length, int distance, byte[] above, int aboveAt) {

  /** Eight bytes are tested at once, because most filtered bytes of label maps are 0. */
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private static final long LOW_BITS = 0x7f7f7f7f7f7f7f7fL;
  private static final long ONES = 0x0101010101010101L;

  void sub() {
    if (distance == 1) {
      subOfSingleBytes();
      return;
    }
    for (int i = at + distance; i < at + length; i++) {
      bytes[i] += bytes[i - distance];
    }
  }

  private void subOfSingleBytes() {
    int left = bytes[at] & 0xff;
    int i = 1;
    while (i < length) {
      if (i + 8 <= length && (long) EIGHT.get(bytes, at + i) == 0) {
        EIGHT.set(bytes, at + i, left * ONES);
        i += 8;
      } else {
        left = left + bytes[at + i] & 0xff;
        bytes[at + i] = (byte) left;
        i++;
      }
    }
  }

  void up() {
    int i = 0;
    for (; i + 8 <= length; i += 8) {
      long filtered = (long) EIGHT.get(bytes, at + i);
      long up = (long) EIGHT.get(above, aboveAt + i);
      // Adds each byte. The highest bits are added separately to avoid carries.
      long sum = (filtered & LOW_BITS) + (up & LOW_BITS) ^ (filtered ^ up) & ~LOW_BITS;
      EIGHT.set(bytes, at + i, sum);
    }
    for (; i < length; i++) {
      bytes[at + i] += above[aboveAt + i];
    }
  }

  void average() {
    for (int i = 0; i < length; i++) {
      int left = i < distance ? 0 : bytes[at + i - distance] & 0xff;
      bytes[at + i] += (byte) ((left + (above[aboveAt + i] & 0xff)) >> 1);
    }
  }

  void paeth() {
    for (int i = 0; i < Math.min(distance, length); i++) {
      bytes[at + i] += above[aboveAt + i];
    }
    if (distance == 1) {
      paethOfSingleBytes();
      return;
    }
    for (int i = distance; i < length; i++) {
      int left = bytes[at + i - distance] & 0xff;
      int up = above[aboveAt + i] & 0xff;
      int corner = above[aboveAt + i - distance] & 0xff;
      bytes[at + i] += (byte) predictor(left, up, corner);
    }
  }

  private void paethOfSingleBytes() {
    int left = bytes[at] & 0xff;
    int corner = above[aboveAt] & 0xff;
    int i = 1;
    while (i < length) {
      boolean flat = i + 8 <= length && (long) EIGHT.get(bytes, at + i) == 0;
      if (flat && left == corner) {
        // The prediction is the byte above, and the left and corner bytes stay equal.
        EIGHT.set(bytes, at + i, (long) EIGHT.get(above, aboveAt + i));
        i += 8;
        left = bytes[at + i - 1] & 0xff;
        corner = left;
      } else if (flat && (long) EIGHT.get(above, aboveAt + i) == corner * ONES) {
        // The prediction is the byte to the left.
        EIGHT.set(bytes, at + i, left * ONES);
        i += 8;
      } else {
        int up = above[aboveAt + i] & 0xff;
        left = bytes[at + i] + predictor(left, up, corner) & 0xff;
        bytes[at + i] = (byte) left;
        corner = up;
        i++;
      }
    }
  }

  private static int predictor(int left, int up, int corner) {
    int toLeft = Math.abs(up - corner);
    int toUp = Math.abs(left - corner);
    int toCorner = Math.abs(left + up - 2 * corner);
    if (toLeft <= toUp && toLeft <= toCorner) {
      return left;
    }
    return toUp <= toCorner ? up : corner;
  }
}
