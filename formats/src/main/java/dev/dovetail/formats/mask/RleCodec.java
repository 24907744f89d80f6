package dev.dovetail.formats.mask;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The compressed count string of COCO: differences of every other run, in groups of five bits, each
 * encoded as a character starting at {@code '0'} ({@code rleToString} in the COCO API).
 */
final class RleCodec {

  private static final int MORE = 0x20;
  private static final int SIGN = 0x10;
  private static final int FIVE_BITS = 0x1f;

  private RleCodec() {}

  /**
   * Returns the runs of a count string.
   *
   * @throws IllegalArgumentException if a character is invalid, the string ends inside a number, or
   *     a number exceeds the range of an int
   */
  static int[] decode(byte[] counts) {
    int[] runs = new int[counts.length];
    int n = 0;
    for (int p = 0; p < counts.length; n++) {
      int chunk = chunk(counts, p++);
      long value;
      if ((chunk & MORE) == 0) {
        // Most numbers have one character. Bit 4 is their sign.
        value = (byte) (chunk << 3) >> 3;
      } else {
        value = chunk & FIVE_BITS;
        int shift = 5;
        do {
          if (p == counts.length || shift > 30) {
            throw new IllegalArgumentException(
                p == counts.length
                    ? "the count string of the mask ends inside a number"
                    : "the count string of the mask contains a number that is too large");
          }
          chunk = chunk(counts, p++);
          value |= (long) (chunk & FIVE_BITS) << shift;
          shift += 5;
        } while ((chunk & MORE) != 0);
        if ((chunk & SIGN) != 0) {
          value |= -1L << shift;
        }
      }
      if (n > 2) {
        value += runs[n - 2];
      }
      if (value < 0 || value > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "run " + n + " in the mask's count string is out of range: " + value);
      }
      runs[n] = (int) value;
    }
    return Arrays.copyOf(runs, n);
  }

  private static int chunk(byte[] counts, int p) {
    int chunk = counts[p] - '0';
    if ((chunk & ~(MORE | FIVE_BITS)) != 0) {
      throw new IllegalArgumentException(
          "character " + p + " of the mask's count string is not valid");
    }
    return chunk;
  }

  /** Returns the count string of runs. */
  static String encode(int[] runs) {
    byte[] text = new byte[2 * runs.length + 16];
    int n = 0;
    for (int i = 0; i < runs.length; i++) {
      int value = i > 2 ? runs[i] - runs[i - 2] : runs[i];
      boolean more;
      do {
        int chunk = value & FIVE_BITS;
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
