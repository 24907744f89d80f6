package dev.dovetail.eval.analysis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which category was taken for which.
 *
 * @param counts {@code [K + 1, K + 1]}: rows are categories of ground truths, columns those of
 *     detections, both ascending by id; the last row holds detections of nothing, the last column
 *     ground truths that nothing found
 */
public record DetectionConfusion(long[][] counts) {

  /** How often one category was detected as another, both by their numbers. */
  public record Cell(int truth, int detected, long count) {}

  /** {@return number of categories} */
  public int categories() {
    return counts.length - 1;
  }

  /**
   * Ground truths detected as what they are.
   *
   * @return how many there are
   */
  public long right() {
    return IntStream.range(0, categories()).mapToLong(k -> counts[k][k]).sum();
  }

  /**
   * Detections where there is nothing.
   *
   * @return how many there are
   */
  public long ofNothing() {
    return Arrays.stream(counts[categories()]).sum();
  }

  /**
   * Ground truths that nothing found.
   *
   * @return how many there are
   */
  public long notFound() {
    return Arrays.stream(counts).mapToLong(row -> row[categories()]).sum();
  }

  /** {@return the confusions of two categories that were met, by descending count} */
  public List<Cell> confused() {
    List<Cell> cells = new ArrayList<>();
    for (int truth = 0; truth < categories(); truth++) {
      for (int detected = 0; detected < categories(); detected++) {
        if (truth != detected && counts[truth][detected] > 0) {
          cells.add(new Cell(truth, detected, counts[truth][detected]));
        }
      }
    }
    cells.sort(Comparator.comparingLong(Cell::count).reversed());
    return cells;
  }
}
