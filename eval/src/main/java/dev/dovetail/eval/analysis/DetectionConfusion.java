package dev.dovetail.eval.analysis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The confusion matrix of detections.
 *
 * @param counts {@code [K + 1, K + 1]}: rows are categories of ground truths, columns those of
 *     detections, both ascending by id. The last row counts unmatched detections, the last column
 *     unmatched ground truths
 */
public record DetectionConfusion(long[][] counts) {

  /** The number of times that one category was detected as another, both by index. */
  public record Cell(int truth, int detected, long count) {}

  /** {@return the number of categories} */
  public int categories() {
    return counts.length - 1;
  }

  /**
   * Returns the number of ground truths that were detected as their own category.
   *
   * @return the count
   */
  public long right() {
    return IntStream.range(0, categories()).mapToLong(k -> counts[k][k]).sum();
  }

  /**
   * Returns the number of detections that match no ground truth.
   *
   * @return the count
   */
  public long ofNothing() {
    return Arrays.stream(counts[categories()]).sum();
  }

  /**
   * Returns the number of ground truths that no detection matches.
   *
   * @return the count
   */
  public long notFound() {
    return Arrays.stream(counts).mapToLong(row -> row[categories()]).sum();
  }

  /** {@return the confusions between two categories that occurred, by descending count} */
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
