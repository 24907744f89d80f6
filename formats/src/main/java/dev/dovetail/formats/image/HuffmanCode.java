package dev.dovetail.formats.image;

import java.util.Arrays;
import java.util.PriorityQueue;

/** A Huffman code as deflate has it (RFC 1951, 3.2.2): its lengths say it whole. */
final class HuffmanCode {

  /** The order in which the lengths of the code of lengths are written. */
  private static final int[] ORDER = {
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15
  };

  private static final int REPEAT = 16;
  private static final int ZEROS = 17;
  private static final int MANY_ZEROS = 18;

  private final int[] lengths;
  private final int[] codes;

  private HuffmanCode(int[] lengths) {
    this.lengths = lengths;
    this.codes = codes(lengths);
  }

  /** A symbol or a pair of nodes; equal weights are told apart by their age. */
  private record Node(long weight, int age, int left, int right) implements Comparable<Node> {
    @Override
    public int compareTo(Node other) {
      return weight == other.weight
          ? Integer.compare(age, other.age)
          : Long.compare(weight, other.weight);
    }
  }

  /**
   * {@return a code in which frequent symbols are short}
   *
   * @param counts how often each symbol occurs; at least two of them get a length
   * @param longest bits that a symbol may have
   */
  static HuffmanCode of(int[] counts, int longest) {
    int[] weights = counts.clone();
    for (int i = 0; i < 2 && Arrays.stream(weights).filter(w -> w > 0).count() < 2; i++) {
      weights[i] = Math.max(weights[i], 1); // a code of one symbol is not understood everywhere
    }
    while (true) {
      int[] lengths = lengths(weights);
      if (Arrays.stream(lengths).max().orElse(0) <= longest) {
        return new HuffmanCode(lengths);
      }
      for (int i = 0; i < weights.length; i++) {
        weights[i] = weights[i] + 1 >> 1; // flatter, until no symbol is too long
      }
    }
  }

  private static int[] lengths(int[] weights) {
    PriorityQueue<Node> queue = new PriorityQueue<>();
    Node[] nodes = new Node[2 * weights.length];
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] > 0) {
        nodes[i] = new Node(weights[i], i, -1, -1);
        queue.add(nodes[i]);
      }
    }
    int age = weights.length;
    while (queue.size() > 1) {
      Node left = queue.remove();
      Node right = queue.remove();
      nodes[age] = new Node(left.weight + right.weight, age, left.age, right.age);
      queue.add(nodes[age++]);
    }
    int[] depth = new int[nodes.length];
    for (int i = age - 1; i >= weights.length; i--) {
      depth[nodes[i].left] = depth[i] + 1;
      depth[nodes[i].right] = depth[i] + 1;
    }
    return Arrays.copyOf(depth, weights.length);
  }

  /** Codes of one length follow one another; their highest bit comes first in the file. */
  private static int[] codes(int[] lengths) {
    int[] next = new int[17];
    for (int length : lengths) {
      next[length + 1] += length > 0 ? 1 : 0;
    }
    for (int bits = 1, code = 0; bits < next.length; bits++) {
      code = code + next[bits] << 1;
      next[bits] = code;
    }
    int[] codes = new int[lengths.length];
    for (int i = 0; i < lengths.length; i++) {
      if (lengths[i] > 0) {
        codes[i] = Integer.reverse(next[lengths[i]]++) >>> 32 - lengths[i];
      }
    }
    return codes;
  }

  void put(int symbol, Deflate.BitSink out) {
    out.put(codes[symbol], lengths[symbol]);
  }

  /** Writes the head of a block with codes of its own: the lengths of both, coded themselves. */
  static void writeTables(HuffmanCode literals, HuffmanCode distances, Deflate.BitSink out) {
    int literalCount = Math.max(used(literals.lengths), 257);
    int distanceCount = Math.max(used(distances.lengths), 1);
    int[] lengths = Arrays.copyOf(literals.lengths, literalCount + distanceCount);
    System.arraycopy(distances.lengths, 0, lengths, literalCount, distanceCount);
    int[] symbols = new int[lengths.length]; // symbol, and its extra bits above
    int count = 0;
    int[] counts = new int[ORDER.length];
    for (int i = 0; i < lengths.length; ) {
      int run = 1;
      while (i + run < lengths.length && lengths[i + run] == lengths[i]) {
        run++;
      }
      int symbol = lengths[i];
      if (lengths[i] == 0 && run >= 3) {
        run = Math.min(run, 138);
        symbol = run > 10 ? MANY_ZEROS | run - 11 << 8 : ZEROS | run - 3 << 8;
      } else if (i > 0 && lengths[i] == lengths[i - 1] && run >= 3) {
        run = Math.min(run, 6);
        symbol = REPEAT | run - 3 << 8;
      } else {
        run = 1;
      }
      counts[symbol & 0xff]++;
      symbols[count++] = symbol;
      i += run;
    }
    HuffmanCode code = of(counts, 7);
    int orderCount = ORDER.length;
    while (orderCount > 4 && code.lengths[ORDER[orderCount - 1]] == 0) {
      orderCount--;
    }
    out.put(literalCount - 257, 5);
    out.put(distanceCount - 1, 5);
    out.put(orderCount - 4, 4);
    for (int i = 0; i < orderCount; i++) {
      out.put(code.lengths[ORDER[i]], 3);
    }
    for (int i = 0; i < count; i++) {
      int symbol = symbols[i] & 0xff;
      code.put(symbol, out);
      out.put(
          symbols[i] >> 8, symbol < REPEAT ? 0 : symbol == REPEAT ? 2 : symbol == ZEROS ? 3 : 7);
    }
  }

  private static int used(int[] lengths) {
    int used = lengths.length;
    while (used > 0 && lengths[used - 1] == 0) {
      used--;
    }
    return used;
  }
}
