package dev.dovetail.eval.semantic;

import dev.dovetail.formats.semantic.LabelMap;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The number of occurrences of each pair of raw values (ground truth, prediction). Pairs of 8-bit
 * maps are counted in a full table, others in a hash table that grows with the number of pairs.
 */
final class PairCounts {

  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int BYTE_PAIRS = 1 << 16;

  /**
   * Adjacent pixels are counted in different tables to avoid dependencies between their increments.
   */
  private long[] even = new long[0];

  private long[] odd = new long[0];

  private int[] keys = new int[0];
  private long[] counts = new long[0];
  private int used;

  /** Receives a pair of raw values and its number of occurrences. */
  interface PairConsumer<E extends Exception> {
    void accept(int label, int prediction, long count) throws E;
  }

  /** Counts all pixels of two maps with the same size. */
  void add(LabelMap label, LabelMap prediction) {
    if (label instanceof LabelMap.Bytes l && prediction instanceof LabelMap.Bytes p) {
      addBytes(l.labels(), p.labels());
    } else {
      addWide(wide(label), wide(prediction));
    }
  }

  /**
   * Label maps consist of large areas, so eight equal pixels in both maps are counted in one step.
   */
  private void addBytes(byte[] label, byte[] prediction) {
    if (even.length == 0) {
      even = new long[BYTE_PAIRS];
      odd = new long[BYTE_PAIRS];
    }
    int n = label.length;
    int i = 0;
    while (i + 8 <= n) {
      long l = (long) EIGHT_BYTES.get(label, i);
      long p = (long) EIGHT_BYTES.get(prediction, i);
      if (l == Long.rotateLeft(l, 8) && p == Long.rotateLeft(p, 8)) {
        int from = i;
        do {
          i += 8;
        } while (i + 8 <= n
            && (long) EIGHT_BYTES.get(label, i) == l
            && (long) EIGHT_BYTES.get(prediction, i) == p);
        even[pair(l, p)] += i - from;
      } else {
        even[pair(l, p)]++;
        odd[pair(l >>> 8, p >>> 8)]++;
        even[pair(l >>> 16, p >>> 16)]++;
        odd[pair(l >>> 24, p >>> 24)]++;
        even[pair(l >>> 32, p >>> 32)]++;
        odd[pair(l >>> 40, p >>> 40)]++;
        even[pair(l >>> 48, p >>> 48)]++;
        odd[pair(l >>> 56, p >>> 56)]++;
        i += 8;
      }
    }
    for (; i < n; i++) {
      even[pair(label[i], prediction[i])]++;
    }
  }

  private static int pair(long label, long prediction) {
    return ((int) (label & 0xff) << 8) | (int) (prediction & 0xff);
  }

  private void addWide(short[] label, short[] prediction) {
    int start = 0;
    for (int i = 1; i <= label.length; i++) {
      if (i == label.length || label[i] != label[start] || prediction[i] != prediction[start]) {
        count(label[start] << 16 | prediction[start] & 0xffff, i - start);
        start = i;
      }
    }
  }

  private static short[] wide(LabelMap map) {
    if (map instanceof LabelMap.Shorts shorts) {
      return shorts.labels();
    }
    byte[] bytes = ((LabelMap.Bytes) map).labels();
    short[] labels = new short[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      labels[i] = (short) (bytes[i] & 0xff);
    }
    return labels;
  }

  private void count(int key, long times) {
    if (times == 0) {
      return;
    }
    if (2 * used >= keys.length) {
      grow();
    }
    int slot = slot(key);
    if (counts[slot] == 0) {
      keys[slot] = key;
      used++;
    }
    counts[slot] += times;
  }

  private int slot(int key) {
    int mask = keys.length - 1;
    int slot = ((key * 0x9E3779B9) >>> 7) & mask;
    while (counts[slot] != 0 && keys[slot] != key) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    int[] oldKeys = keys;
    long[] oldCounts = counts;
    keys = new int[Math.max(1024, 2 * oldKeys.length)];
    counts = new long[keys.length];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldCounts[i] != 0) {
        int slot = slot(oldKeys[i]);
        keys[slot] = oldKeys[i];
        counts[slot] = oldCounts[i];
      }
    }
  }

  void addAll(PairCounts other) {
    if (even.length == 0) {
      even = Arrays.copyOf(other.even, other.even.length);
      odd = Arrays.copyOf(other.odd, other.odd.length);
    } else {
      for (int i = 0; i < other.even.length; i++) {
        even[i] += other.even[i];
        odd[i] += other.odd[i];
      }
    }
    for (int i = 0; i < other.keys.length; i++) {
      count(other.keys[i], other.counts[i]);
    }
  }

  /** Writes the pairs, followed by a count of 0. */
  void writeTo(DataOutput out) throws IOException {
    forEach(
        (label, prediction, count) -> {
          out.writeLong(count);
          out.writeShort(label);
          out.writeShort(prediction);
        });
    out.writeLong(0);
  }

  void addFrom(DataInput in) throws IOException {
    for (long times = in.readLong(); times > 0; times = in.readLong()) {
      count(in.readUnsignedShort() << 16 | in.readUnsignedShort(), times);
    }
  }

  /** Visits all pairs that occurred. A pair may be visited more than once. */
  <E extends Exception> void forEach(PairConsumer<E> consumer) throws E {
    for (int i = 0; i < even.length; i++) {
      if (even[i] + odd[i] > 0) {
        consumer.accept(i >>> 8, i & 0xff, even[i] + odd[i]);
      }
    }
    for (int i = 0; i < keys.length; i++) {
      if (counts[i] > 0) {
        consumer.accept(keys[i] >>> 16, keys[i] & 0xffff, counts[i]);
      }
    }
  }
}
