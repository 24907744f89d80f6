package dev.dovetail.eval.browse;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.image.Pictures.Picture;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds images that look alike by a perceptual hash of 256 bits (the difference hash). Each bit
 * states whether a pixel of a 17 by 16 copy is brighter than its right neighbor.
 */
public final class NearDuplicates {

  /** The largest number of different bits of two images that look alike. */
  public static final int REACH = 20;

  private static final int SIDE = 16;
  private static final int WORDS = SIDE * SIDE / Long.SIZE;

  /** Hashes by image; null for an image that was not added. */
  private final long @Nullable [][] hashes;

  /**
   * Creates an object without hashes.
   *
   * @param images number of images
   */
  public NearDuplicates(int images) {
    hashes = new long[images][];
  }

  /**
   * A pair of images that look alike.
   *
   * @param first the index of one image
   * @param second the index of a later image
   * @param bits number of the 256 bits that differ
   */
  public record Pair(int first, int second, int bits) {}

  /**
   * Adds an image. Thread-safe.
   *
   * @param image its index
   * @param picture its pixels
   */
  public void add(int image, Picture picture) {
    byte[] grey = picture.grey(new Size(SIDE, SIDE + 1));
    long[] hash = new long[WORDS];
    for (int y = 0, bit = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++, bit++) {
        int at = y * (SIDE + 1) + x;
        if ((grey[at] & 0xff) > (grey[at + 1] & 0xff)) {
          hash[bit / Long.SIZE] |= 1L << bit;
        }
      }
    }
    hashes[image] = hash;
  }

  /** {@return all pairs that look alike, those with the smallest difference first} */
  public List<Pair> pairs() {
    return IntStream.range(0, hashes.length)
        .parallel()
        .boxed()
        .flatMap(first -> after(first).stream())
        .sorted(
            Comparator.comparingInt(Pair::bits)
                .thenComparingInt(Pair::first)
                .thenComparingInt(Pair::second))
        .toList();
  }

  private List<Pair> after(int first) {
    List<Pair> pairs = new ArrayList<>();
    long[] hash = hashes[first];
    for (int second = first + 1; hash != null && second < hashes.length; second++) {
      long[] other = hashes[second];
      int bits = other == null ? REACH + 1 : distance(hash, other);
      if (bits <= REACH) {
        pairs.add(new Pair(first, second, bits));
      }
    }
    return pairs;
  }

  private static int distance(long[] one, long[] other) {
    int bits = 0;
    for (int w = 0; w < WORDS && bits <= REACH; w++) {
      bits += Long.bitCount(one[w] ^ other[w]);
    }
    return bits;
  }

  /**
   * {@return groups of images that look alike, directly or through other images, each in ascending
   * order}
   *
   * @param pairs returned by {@link #pairs}
   */
  public static List<List<Integer>> groups(List<Pair> pairs) {
    Map<Integer, Integer> parent = new TreeMap<>();
    for (Pair pair : pairs) {
      int one = root(parent, pair.first());
      int other = root(parent, pair.second());
      parent.put(Math.max(one, other), Math.min(one, other));
    }
    Map<Integer, List<Integer>> groups = new TreeMap<>();
    for (int image : List.copyOf(parent.keySet())) {
      groups.computeIfAbsent(root(parent, image), root -> new ArrayList<>()).add(image);
    }
    return List.copyOf(groups.values());
  }

  private static int root(Map<Integer, Integer> parent, int image) {
    int at = image;
    while (parent.computeIfAbsent(at, self -> self) != at) {
      at = parent.get(at);
    }
    return at;
  }
}
