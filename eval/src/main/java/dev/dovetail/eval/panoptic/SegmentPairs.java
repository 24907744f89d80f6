package dev.dovetail.eval.panoptic;

import dev.dovetail.formats.coco.IdIndex;
import dev.dovetail.formats.panoptic.IdMap;
import java.util.Arrays;

/**
 * The number of common pixels of each pair of a true and a predicted segment, ascending by both
 * ids.
 */
final class SegmentPairs {

  private static final int ID_BITS = 24;
  private static final int ID_MASK = (1 << ID_BITS) - 1;

  private final IdIndex index = new IdIndex();
  private long[] counts = new long[64];
  private final long[] ascending;

  /** Counts the pairs of two maps with the same size. */
  SegmentPairs(IdMap truth, IdMap prediction) {
    int[] truths = truth.ids();
    int[] predictions = prediction.ids();
    int start = 0;
    for (int i = 1; i <= truths.length; i++) {
      // Segments are connected areas, so most pixels have the same pair as the pixel to their left.
      if (i == truths.length
          || truths[i] != truths[start]
          || predictions[i] != predictions[start]) {
        add(key(truths[start], predictions[start]), i - start);
        start = i;
      }
    }
    ascending = new long[index.size()];
    Arrays.setAll(ascending, index::id);
    Arrays.sort(ascending);
  }

  private void add(long key, int pixels) {
    if (index.add(key) && index.size() > counts.length) {
      counts = Arrays.copyOf(counts, 2 * counts.length);
    }
    counts[index.get(key)] += pixels;
  }

  private static long key(long truth, long prediction) {
    return truth << ID_BITS | prediction;
  }

  int size() {
    return ascending.length;
  }

  int truth(int pair) {
    return (int) (ascending[pair] >>> ID_BITS);
  }

  int prediction(int pair) {
    return (int) ascending[pair] & ID_MASK;
  }

  long pixels(int pair) {
    return counts[index.get(ascending[pair])];
  }

  /**
   * Returns the number of common pixels of two segments; 0 if they do not overlap. Ids may be any
   * longs.
   */
  long pixels(long truth, long prediction) {
    boolean storable = ((truth | prediction) & ~(long) ID_MASK) == 0;
    int at = storable ? index.get(key(truth, prediction)) : -1;
    return at < 0 ? 0 : counts[at];
  }
}
