package dev.dovetail.data.mask;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The compressed count string of COCO: differences of every other run, in groups of five bits, each
 * group a character from {@code '0'} on ({@code rleToString} of the COCO API).
 */
final class RleCodec {

  private static final int MORE = 0x20;
  private static final int SIGN = 0x10;

  private RleCodec() {}

  /**
   * The runs of a count string.
   *
   * @throws IllegalArgumentException if a character is none of the code, the string ends inside a
   *     number, or a number leaves the range of an int
   */
  static int[] decode(byte[] counts) {
    int[] runs = new int[Math.max(4, counts.length)];
    int n = 0;
    for (int p = 0; p < counts.length; ) {
      long value = 0;
      int shift = 0;
      int chunk;
      do {
        if (p == counts.length || shift > 30) {
          throw new IllegalArgumentException(
              p == counts.length
                  ? "the count string of the mask ends inside a number"
                  : "the count string of the mask holds a number that is too large");
        }
        chunk = counts[p++] - '0';
        if (chunk < 0 || chunk > 63) {
          throw new IllegalArgumentException(
              "character " + (p - 1) + " of the mask's count string is none of the code");
        }
        value |= (long) (chunk & 0x1f) << shift;
        shift += 5;
      } while ((chunk & MORE) != 0);
      if ((chunk & SIGN) != 0) {
        value |= -1L << shift;
      }
      if (n > 2) {
        value += runs[n - 2];
      }
      if (value < 0 || value > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "run " + n + " in the mask's count string is out of range: " + value);
      }
      runs[n++] = (int) value;
    }
    return Arrays.copyOf(runs, n);
  }

  /** The count string of the runs. */
  static String encode(int[] runs) {
    byte[] text = new byte[2 * runs.length + 16];
    int n = 0;
    for (int i = 0; i < runs.length; i++) {
      int value = i > 2 ? runs[i] - runs[i - 2] : runs[i];
      boolean more;
      do {
        int chunk = value & 0x1f;
        value >>= 5;
        more = (chunk & SIGN) != 0 ? value != -1 : value != 0;
        if (n == text.length) {
          text = Arrays.copyOf(text, 2 * n);
        }
        text[n++] = (byte) ((more ? chunk | MORE : chunk) + '0');
      } while (more);
    }
    return new String(text, 0, n, StandardCharsets.ISO_8859_1);
  }
}
