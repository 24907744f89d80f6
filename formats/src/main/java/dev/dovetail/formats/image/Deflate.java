package dev.dovetail.formats.image;

import java.util.Arrays;
import java.util.zip.Adler32;

/**
 * Compresses into the zlib format (RFC 1950, RFC 1951): the same bytes on every machine, which the
 * JDK's {@code Deflater} does not promise, since it runs whatever zlib the system has.
 *
 * <p>Repeats are looked for among a few earlier places with the same three bytes; each block gets
 * Huffman codes of its own.
 */
final class Deflate {

  private static final int WINDOW = 1 << 15;
  private static final int LEAST = 3;
  private static final int MOST = 258;

  /** Earlier places that are tried. */
  private static final int TRIES = 6;

  /** A repeat of this length is taken without a further try. */
  private static final int GOOD = 32;

  /** Literals and repeats of a block. */
  private static final int BLOCK = 1 << 15;

  private static final int END = 256;
  private static final int LENGTH_CODES = 29;
  private static final int DISTANCE_CODES = 30;

  /** The first length, and the first distance, of each code. */
  private static final int[] LENGTHS = new int[LENGTH_CODES];

  private static final int[] DISTANCES = new int[DISTANCE_CODES];

  /** The code of each length. */
  private static final byte[] LENGTH_CODE = new byte[MOST + 1];

  static {
    for (int code = 0, length = LEAST; code < LENGTH_CODES - 1; code++) {
      LENGTHS[code] = length;
      length += 1 << lengthBits(code);
    }
    LENGTHS[LENGTH_CODES - 1] = MOST;
    for (int code = 0, length = LEAST; length <= MOST; length++) {
      if (code + 1 < LENGTH_CODES && length == LENGTHS[code + 1]) {
        code++;
      }
      LENGTH_CODE[length] = (byte) code;
    }
    for (int code = 0, distance = 1; code < DISTANCE_CODES; code++) {
      DISTANCES[code] = distance;
      distance += 1 << distanceBits(code);
    }
  }

  private final byte[] data;
  private final BitSink out = new BitSink();
  private final int[] latest = new int[WINDOW];
  private final int[] earlier = new int[WINDOW];

  /** A literal as it is; a repeat as {@code distance << 16 | length}. */
  private final int[] symbols = new int[BLOCK];

  private int count;

  private Deflate(byte[] data) {
    this.data = data;
    Arrays.fill(latest, -1);
  }

  /**
   * {@return the data compressed}
   *
   * @param data any bytes
   */
  static byte[] zlib(byte[] data) {
    Deflate deflate = new Deflate(data);
    deflate.out.put(0x78, 8); // deflate with a window of 32 KiB
    deflate.out.put(0x01, 8);
    deflate.run();
    Adler32 sum = new Adler32();
    sum.update(data);
    return deflate.out.finish((int) sum.getValue());
  }

  private void run() {
    for (int at = 0; at < data.length; ) {
      if (count == BLOCK) {
        block(false);
      }
      int found = at + LEAST <= data.length ? longest(at) : 0;
      int length = found & 0xffff;
      if (length < LEAST) {
        symbols[count++] = data[at] & 0xff;
        at++;
      } else {
        symbols[count++] = found;
        int end = at + length;
        // In long runs the places between bring nothing.
        int noted = Math.min(length > GOOD ? at + 2 : end, data.length - LEAST + 1);
        for (int i = at + 1; i < noted; i++) {
          note(i);
        }
        at = end;
      }
    }
    block(true);
  }

  private int hash(int at) {
    int three = data[at] & 0xff | (data[at + 1] & 0xff) << 8 | (data[at + 2] & 0xff) << 16;
    return three * 0x9e3779b1 >>> 17;
  }

  private void note(int at) {
    int hash = hash(at);
    earlier[at & WINDOW - 1] = latest[hash];
    latest[hash] = at;
  }

  /** The longest repeat among some earlier places, as a symbol; 0 for none. Notes the place. */
  private int longest(int at) {
    int most = Math.min(MOST, data.length - at);
    int best = LEAST - 1;
    int distance = 0;
    int from = latest[hash(at)];
    note(at);
    for (int i = 0; i < TRIES && from >= 0 && at - from < WINDOW; i++) {
      if (best < most && data[from + best] == data[at + best]) {
        int length = Arrays.mismatch(data, from, from + most, data, at, at + most);
        length = length < 0 ? most : length;
        if (length > best) {
          best = length;
          distance = at - from;
          if (length >= GOOD) {
            break;
          }
        }
      }
      int next = earlier[from & WINDOW - 1];
      if (next >= from) {
        break; // the place was taken over by a later one
      }
      from = next;
    }
    return distance == 0 ? 0 : distance << 16 | best;
  }

  private void block(boolean last) {
    int[] literals = new int[END + 1 + LENGTH_CODES];
    int[] distances = new int[DISTANCE_CODES];
    literals[END] = 1;
    for (int i = 0; i < count; i++) {
      int distance = symbols[i] >>> 16;
      if (distance == 0) {
        literals[symbols[i]]++;
      } else {
        literals[END + 1 + LENGTH_CODE[symbols[i] & 0xffff]]++;
        distances[distanceCode(distance)]++;
      }
    }
    HuffmanCode literal = HuffmanCode.of(literals, 15);
    HuffmanCode away = HuffmanCode.of(distances, 15);
    out.put(last ? 1 : 0, 1);
    out.put(2, 2);
    HuffmanCode.writeTables(literal, away, out);
    for (int i = 0; i < count; i++) {
      int distance = symbols[i] >>> 16;
      if (distance == 0) {
        literal.put(symbols[i], out);
      } else {
        int length = symbols[i] & 0xffff;
        int code = LENGTH_CODE[length];
        literal.put(END + 1 + code, out);
        out.put(length - LENGTHS[code], lengthBits(code));
        code = distanceCode(distance);
        away.put(code, out);
        out.put(distance - DISTANCES[code], distanceBits(code));
      }
    }
    literal.put(END, out);
    count = 0;
  }

  private static int lengthBits(int code) {
    return code < 8 || code == LENGTH_CODES - 1 ? 0 : code / 4 - 1;
  }

  private static int distanceBits(int code) {
    return code < 4 ? 0 : code / 2 - 1;
  }

  private static int distanceCode(int distance) {
    int less = distance - 1;
    if (less < 4) {
      return less;
    }
    int top = 31 - Integer.numberOfLeadingZeros(less);
    return 2 * top + (less >>> top - 1 & 1);
  }

  /** Bits, the lowest of a byte first. */
  static final class BitSink {

    private byte[] bytes = new byte[1 << 12];
    private int length;
    private long waiting;
    private int bits;

    /** Appends the lowest bits of a value, at most 16. */
    void put(int value, int count) {
      waiting |= (long) value << bits;
      for (bits += count; bits >= 8; bits -= 8) {
        if (length == bytes.length) {
          bytes = Arrays.copyOf(bytes, 2 * length);
        }
        bytes[length++] = (byte) waiting;
        waiting >>>= 8;
      }
    }

    private byte[] finish(int sum) {
      if (bits > 0) {
        put(0, 8 - bits);
      }
      for (int shift = 24; shift >= 0; shift -= 8) {
        put(sum >>> shift & 0xff, 8);
      }
      return Arrays.copyOf(bytes, length);
    }
  }
}
