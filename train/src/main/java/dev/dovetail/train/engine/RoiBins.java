package dev.dovetail.train.engine;

import dev.dovetail.graph.Sampling;
import java.util.Arrays;

/**
 * What the cells of one axis of a map weigh in each bin of a region, as {@link Sampling.RoiAlign}
 * has it: the mean of bilinear samples, as many as it says or as the bin has cells, rounded up.
 *
 * @param first the first cell of a bin that weighs anything
 * @param weights those of the cells from there on
 */
public record RoiBins(int[] first, double[][] weights) {

  /**
   * The weights of one axis.
   *
   * @param op how many bins there are, and where their samples lie
   * @param low where the region begins, in cells
   * @param high where it ends
   * @param cells of the map
   * @return the bins; they weigh nothing where the region has no extent or lies outside
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

  /** Adds a bilinear sample: nothing more than a cell outside, the last cell up to there. */
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
