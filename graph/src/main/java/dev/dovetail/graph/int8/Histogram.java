package dev.dovetail.graph.int8;

/**
 * How often the magnitudes of a tensor's values occur: {@link #BINS} bins of equal width from 0 to
 * the largest magnitude, as in "8-bit inference with TensorRT" (Migacz, GTC 2017). Its memory does
 * not depend on the number of values.
 */
final class Histogram {

  /** The number of bins. */
  static final int BINS = 2048;

  private final double largest;
  private final long[] counts = new long[BINS];

  /**
   * Creates an empty histogram.
   *
   * @param largest the largest magnitude, at least 0
   */
  Histogram(double largest) {
    this.largest = largest;
  }

  /**
   * Adds counts of each bin.
   *
   * @param more an array that contains one count per bin
   * @param from the index of the first bin's count
   */
  void add(long[] more, int from) {
    for (int i = 0; i < BINS; i++) {
      counts[i] += more[from + i];
    }
  }

  /** Returns the smallest upper edge of a bin below which at least a percentage of values are. */
  double percentile(double percent) {
    long total = 0;
    for (long count : counts) {
      total += count;
    }
    long below = 0;
    for (int i = 0; i < BINS; i++) {
      below += counts[i];
      if (100.0 * below >= percent * total) {
        return edge(i + 1);
      }
    }
    return largest;
  }

  /**
   * Returns the threshold whose quantized distribution has the least Kullback-Leibler divergence
   * from that of all values (Migacz 2017). Values above the threshold count for the last bin below
   * it. The first bin counts as the second one, because exact zeros have a code of their own (as in
   * NVIDIA's pytorch-quantization). Of equal thresholds, the largest is returned.
   *
   * @param levels the number of codes for magnitudes
   */
  double entropy(int levels) {
    Prefix bins = new Prefix(counts);
    double best = Double.POSITIVE_INFINITY;
    int chosen = BINS;
    for (int kept = levels; kept <= BINS; kept++) {
      double divergence = bins.divergence(kept, levels);
      if (divergence <= best) {
        best = divergence;
        chosen = kept;
      }
    }
    return edge(chosen);
  }

  private double edge(int bin) {
    return largest * bin / BINS;
  }

  /** Sums over the bins before each bin, so that the sum over any bins is one difference. */
  private static final class Prefix {

    private final long[] values = new long[BINS + 1];
    private final int[] occupied = new int[BINS + 1];
    private final double[] entropy = new double[BINS + 1];

    Prefix(long[] counts) {
      for (int i = 0; i < BINS; i++) {
        long count = counts[Math.max(i, 1)];
        values[i + 1] = values[i] + count;
        occupied[i + 1] = occupied[i] + (count > 0 ? 1 : 0);
        entropy[i + 1] = entropy[i] + xlogx(count);
      }
    }

    private static double xlogx(double x) {
      return x > 0 ? x * Math.log(x) : 0;
    }

    /**
     * Returns the divergence of the first bins, quantized to levels, from all bins. The count of a
     * level is distributed equally over its occupied bins.
     */
    double divergence(int kept, int levels) {
      long total = values[BINS];
      long inside = values[kept];
      long outside = total - inside;
      long last = values[kept] - values[kept - 1];
      if (last == 0 && outside > 0) {
        return Double.POSITIVE_INFINITY;
      }
      double sum = entropy[kept - 1] + xlogx((double) last + outside);
      for (int level = 0; level < levels; level++) {
        int from = firstBin(level, kept, levels);
        int to = firstBin(level + 1, kept, levels);
        long count = values[to] - values[from];
        if (count > 0) {
          double share = Math.log((double) count / (occupied[to] - occupied[from]));
          sum -= (count + (to == kept ? outside : 0)) * share;
        }
      }
      return total > 0 ? sum / total - Math.log(total) + Math.log(inside) : 0;
    }

    private static int firstBin(int level, int kept, int levels) {
      return (level * kept + levels - 1) / levels;
    }
  }
}
