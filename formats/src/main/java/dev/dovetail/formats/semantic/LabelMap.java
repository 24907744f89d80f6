package dev.dovetail.formats.semantic;

import dev.dovetail.formats.Size;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;

/**
 * A class for each pixel, {@code [height, width]}, row by row. The arrays are not copied and must
 * not be modified.
 */
public sealed interface LabelMap {

  /** {@return height and width} */
  Size size();

  /**
   * {@return the label of a pixel}
   *
   * @param index of the pixel, row by row
   */
  int at(int index);

  /** {@return the number of possible values of a label: 256 or 65536} */
  int valueCount();

  /** {@return the labels that occur} */
  BitSet values();

  /**
   * {@return a map with 8 or 16 bits per label}
   *
   * @param size height and width
   * @param values row by row
   * @param wide whether a value takes 16 bits
   * @throws IllegalArgumentException if the number of values does not match the size, or a value is
   *     too large
   */
  static LabelMap of(Size size, int[] values, boolean wide) {
    byte[] bytes = new byte[wide ? 0 : values.length];
    short[] shorts = new short[wide ? values.length : 0];
    for (int i = 0; i < values.length; i++) {
      if (values[i] < 0 || values[i] > (wide ? 65535 : 255)) {
        throw new IllegalArgumentException(
            "the label " + values[i] + " does not fit into " + (wide ? 16 : 8) + " bits");
      }
      if (wide) {
        shorts[i] = (short) values[i];
      } else {
        bytes[i] = (byte) values[i];
      }
    }
    return wide ? new Shorts(size, shorts) : new Bytes(size, bytes);
  }

  /**
   * {@return this map with other labels}
   *
   * @param table from label to label, both below 256
   * @param otherwise the label that replaces those not in the table
   */
  default LabelMap mapped(Map<Integer, Integer> table, int otherwise) {
    byte[] lookup = new byte[valueCount()];
    Arrays.fill(lookup, (byte) otherwise);
    table.forEach((from, to) -> lookup[from] = (byte) (int) to);
    byte[] labels = new byte[Math.toIntExact(size().pixels())];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = lookup[at(i)];
    }
    return new Bytes(size(), labels);
  }

  /** A map of labels 0 to 255. */
  record Bytes(Size size, byte[] labels) implements LabelMap {

    private static final VarHandle EIGHT =
        MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private static final long ONES = 0x0101010101010101L;

    /**
     * Checks that the length of the array matches the size.
     *
     * @param size height and width
     * @param labels row by row, unsigned
     */
    public Bytes {
      requireLength(size, labels.length);
    }

    @Override
    public int at(int index) {
      return labels[index] & 0xff;
    }

    @Override
    public int valueCount() {
      return 256;
    }

    @Override
    public BitSet values() {
      boolean[] present = new boolean[valueCount()];
      present[labels[0] & 0xff] = true;
      // Label maps consist of large areas, so eight labels equal to the previous eight are skipped.
      long last = (labels[0] & 0xffL) * ONES;
      int i = 0;
      for (; i + 8 <= labels.length; i += 8) {
        long next = (long) EIGHT.get(labels, i);
        if (next != last) {
          last = next;
          for (int k = i; k < i + 8; k++) {
            present[labels[k] & 0xff] = true;
          }
        }
      }
      for (; i < labels.length; i++) {
        present[labels[i] & 0xff] = true;
      }
      return bits(present);
    }
  }

  /** A map of labels 0 to 65535. */
  record Shorts(Size size, short[] labels) implements LabelMap {
    /**
     * Checks that the length of the array matches the size.
     *
     * @param size height and width
     * @param labels row by row, unsigned
     */
    public Shorts {
      requireLength(size, labels.length);
    }

    @Override
    public int at(int index) {
      return labels[index] & 0xffff;
    }

    @Override
    public int valueCount() {
      return 65536;
    }

    @Override
    public BitSet values() {
      boolean[] present = new boolean[valueCount()];
      for (short label : labels) {
        present[label & 0xffff] = true;
      }
      return bits(present);
    }
  }

  private static BitSet bits(boolean[] present) {
    BitSet bits = new BitSet();
    for (int value = 0; value < present.length; value++) {
      bits.set(value, present[value]);
    }
    return bits;
  }

  private static void requireLength(Size size, int length) {
    if (length != size.pixels()) {
      throw new IllegalArgumentException(
          "a label map of " + size + " has " + size.pixels() + " labels, not " + length);
    }
  }
}
