package dev.dovetail.formats.labelstudio;

import dev.dovetail.formats.mask.Rle;
import java.io.ByteArrayOutputStream;

/**
 * The run lengths of Label Studio's brush: a stream of bits in the format of thi.ng's <a
 * href="https://github.com/thi-ng/umbrella/tree/develop/packages/rle-pack">rle-pack</a>. It begins
 * with the number of words (32 bits), their length minus one (5) and four lengths of counts, each
 * minus one (4). The runs follow: a bit, which is 1 for equal words; the index of the count's
 * length (2); the number of words minus one; and the word or the words. The words are red, green,
 * blue and alpha of each pixel, row by row. The object consists of the pixels that are not
 * transparent.
 */
final class BrushRuns {

  private static final int CHANNELS = 4;
  private static final int WORD = 8;

  /** Lengths of counts in bits, as written by Label Studio. */
  private static final int[] COUNTS = {3, 4, 8, 16};

  private BrushRuns() {}

  /**
   * {@return the mask of an image}
   *
   * @param height of the image
   * @param width of the image
   * @param bytes the stream
   * @throws IllegalArgumentException if the stream is invalid or has another size
   */
  static Rle decode(int height, int width, byte[] bytes) {
    BitReader in = new BitReader(bytes);
    long words = in.read(32) & 0xffffffffL;
    if (words != (long) CHANNELS * height * width) {
      throw new IllegalArgumentException(
          "contains "
              + words
              + " values; expected four for each pixel of "
              + (width + "x" + height));
    }
    int word = in.read(5) + 1;
    int[] counts = new int[COUNTS.length];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = in.read(4) + 1;
    }
    byte[] pixels = new byte[Math.toIntExact(words / CHANNELS)];
    for (long at = 0; at < words; ) {
      boolean repeated = in.read(1) == 1;
      long end = at + 1 + in.read(counts[in.read(2)]);
      if (end > words) {
        throw new IllegalArgumentException("its runs are longer than the " + words + " values");
      }
      int value = repeated ? in.read(word) : 0;
      for (; at < end; at++) {
        int v = repeated ? value : in.read(word);
        if (at % CHANNELS == CHANNELS - 1) {
          pixels[(int) (at / CHANNELS)] = (byte) (v == 0 ? 0 : 1);
        }
      }
    }
    return Rle.ofRowMajor(height, width, pixels);
  }

  /** Returns the stream of a mask. All four channels of its pixels are 255. */
  static byte[] encode(Rle mask) {
    BitWriter out = new BitWriter();
    byte[] pixels = mask.toRowMajor();
    out.write(CHANNELS * pixels.length, 32);
    out.write(WORD - 1, 5);
    for (int count : COUNTS) {
      out.write(count - 1, 4);
    }
    for (int from = 0; from < pixels.length; ) {
      int to = from + 1;
      while (to < pixels.length && pixels[to] == pixels[from]) {
        to++;
      }
      long left = (long) CHANNELS * (to - from);
      while (left > 0) {
        int kind = 0;
        while (kind < COUNTS.length - 1 && left > 1L << COUNTS[kind]) {
          kind++;
        }
        int run = (int) Math.min(left, 1L << COUNTS[kind]);
        out.write(1, 1);
        out.write(kind, 2);
        out.write(run - 1, COUNTS[kind]);
        out.write(pixels[from] == 0 ? 0 : 255, WORD);
        left -= run;
      }
      from = to;
    }
    return out.finish();
  }

  /** Reads numbers of any length, starting with the highest bit. */
  private static final class BitReader {
    private final byte[] bytes;
    private long at;

    BitReader(byte[] bytes) {
      this.bytes = bytes;
    }

    int read(int bits) {
      int value = 0;
      for (int i = 0; i < bits; i++, at++) {
        if (at >= 8L * bytes.length) {
          throw new IllegalArgumentException("ends early, after " + bytes.length + " bytes");
        }
        value = value << 1 | bytes[(int) (at >> 3)] >> 7 - (at & 7) & 1;
      }
      return value;
    }
  }

  private static final class BitWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int current;
    private int filled;

    void write(int value, int bits) {
      for (int i = bits - 1; i >= 0; i--) {
        current = current << 1 | value >> i & 1;
        if (++filled == 8) {
          out.write(current);
          current = 0;
          filled = 0;
        }
      }
    }

    byte[] finish() {
      write(0, (8 - filled) % 8);
      return out.toByteArray();
    }
  }
}
