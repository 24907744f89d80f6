package dev.dovetail.train.engine;

import dev.dovetail.graph.Sampling;
import java.util.Arrays;

/**
 * The weights of the cells along one axis of a map in each bin of a region, as defined by {@link
 * Sampling.RoiAlign}: the mean of bilinear samples. The number of samples per bin is fixed, or is
 * the number of cells in a bin, rounded up.
 *
 * @param first the first cell of a bin with a nonzero weight
 * @param weights the weights from that cell on
 */
public record RoiBins(int[] first, double[][] weights) {

  /**
   * Computes the weights along one axis.
   *
   * @param op specifies the number of bins and the positions of their samples
   * @param low the start of the region in cells
   * @param high the end of the region in cells
   * @param cells the number of cells of the map
   * @return the bins; their weights are empty if the region has no extent or is outside
   */
  public static RoiBins of(Sampling.RoiAlign op, double low, double high, int cells) {
    int bins = op.size();
    double start = op.aligned() ? low - 0.5 : low;
    double extent = op.aligned() ? high - low : Math.max(high - low, 1);
    double bin = extent / bins;
    int samples = op.samples() > 0 ? op.samples() : Math.max((int) Math.ceil(bin), 0);
    int[] first = new int[bins];
    double[][] weights = new double[bins][];
    for (int b = 0; b < bins; b++) {
      double[] whole = new double[cells];
      for (int i = 0; i < samples; i++) {
        sample(whole, start + b * bin + (i + 0.5) * bin / samples, 1.0 / samples);
      }
      int from = 0;
      while (from < cells && whole[from] == 0) {
        from++;
      }
      int to = cells;
      while (to > from && whole[to - 1] == 0) {
        to--;
      }
      first[b] = from;
      weights[b] = Arrays.copyOfRange(whole, from, to);
    }
    return new RoiBins(first, weights);
  }

  /** Adds a bilinear sample. A sample more than one cell outside is zero; others are clamped. */
  private static void sample(double[] cells, double at, double weight) {
    int last = cells.length - 1;
    if (at < -1 || at > cells.length) {
      return;
    }
    double inside = Math.min(Math.max(at, 0), last);
    int low = (int) inside;
    cells[low] += weight * (1 - (inside - low));
    if (low < last) {
      cells[low + 1] += weight * (inside - low);
    }
  }
}
