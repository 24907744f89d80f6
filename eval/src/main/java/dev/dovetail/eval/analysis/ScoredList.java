package dev.dovetail.eval.analysis;

import dev.dovetail.eval.sort.CountingSort;
import dev.dovetail.eval.sort.ScoreOrder;
import java.util.Arrays;
import java.util.stream.IntStream;

/** True and false detections of all categories. Equal scores stay in order. */
final class ScoredList {

  private static final int BARS = 100;

  private final int categories;
  private final int[] category;
  private final double[] score;
  private final boolean[] right;
  private int size;

  ScoredList(int categories, int capacity) {
    this.categories = categories;
    category = new int[capacity];
    score = new double[capacity];
    right = new boolean[capacity];
  }

  void add(int ofCategory, double withScore, boolean isRight) {
    category[size] = ofCategory;
    score[size] = withScore;
    right[size++] = isRight;
  }

  /**
   * Returns the mean AP in percent, as computed by tidecv, over the categories that have a ground
   * truth or a detection; 0 without any.
   *
   * @param positives number of ground truths of every category
   */
  double meanAp(long[] positives) {
    int[] all = IntStream.range(0, size).toArray();
    int[] rows = CountingSort.stable(all, category, categories);
    int[] start = CountingSort.starts(all, category, categories);
    double sum = 0;
    int count = 0;
    for (int k = 0; k < categories; k++) {
      if (start[k + 1] > start[k] || positives[k] > 0) {
        ScoreOrder.sort(rows, start[k], start[k + 1], score);
        sum += ap(Arrays.copyOfRange(rows, start[k], start[k + 1]), positives[k]);
        count++;
      }
    }
    return count == 0 ? 0 : sum / count;
  }

  /**
   * Returns the mean, in percent, of the highest precision at recalls of at least i/100, for 101
   * values of i.
   */
  private double ap(int[] rows, long positives) {
    if (positives <= 0) {
      return 0;
    }
    double[] precision = new double[rows.length];
    int found = 0;
    for (int i = 0; i < rows.length; i++) {
      if (right[rows[i]]) {
        precision[found] = (found + 1) / (double) (i + 1);
        found++;
      }
    }
    for (int i = found - 1; i > 0; i--) {
      precision[i - 1] = Math.max(precision[i - 1], precision[i]);
    }
    double sum = 0;
    int at = 0;
    for (int bar = 0; bar <= BARS; bar++) {
      while (at < found && (at + 1) / (double) positives < bar / (double) BARS) {
        at++;
      }
      sum += at < found ? precision[at] : 0;
    }
    return 100 * (sum / (BARS + 1));
  }
}
