package dev.dovetail.eval.sort;

/**
 * Sorts rows by descending score. The sort is stable: equal scores, including +0 and -0, stay in
 * order.
 */
public final class ScoreOrder {

  private static final int INSERTION = 12;

  private ScoreOrder() {}

  /**
   * Sorts {@code rows[from, to)}.
   *
   * @param rows the rows to sort in place
   * @param from the first index
   * @param to the index after the last
   * @param scores of every row, indexed by row, none NaN
   */
  public static void sort(int[] rows, int from, int to, double[] scores) {
    if (to - from <= INSERTION) {
      insertion(rows, from, to, scores);
    } else {
      merge(rows, from, to, scores, new int[to - from]);
    }
  }

  private static void merge(int[] rows, int from, int to, double[] scores, int[] scratch) {
    if (to - from <= INSERTION) {
      insertion(rows, from, to, scores);
      return;
    }
    int middle = (from + to) >>> 1;
    merge(rows, from, middle, scores, scratch);
    merge(rows, middle, to, scores, scratch);
    if (scores[rows[middle - 1]] >= scores[rows[middle]]) {
      return;
    }
    int left = middle - from;
    System.arraycopy(rows, from, scratch, 0, left);
    int i = 0;
    int j = middle;
    int at = from;
    while (i < left && j < to) {
      rows[at++] = scores[rows[j]] > scores[scratch[i]] ? rows[j++] : scratch[i++];
    }
    System.arraycopy(scratch, i, rows, at, left - i);
  }

  private static void insertion(int[] rows, int from, int to, double[] scores) {
    for (int i = from + 1; i < to; i++) {
      int row = rows[i];
      int j = i;
      while (j > from && scores[row] > scores[rows[j - 1]]) {
        rows[j] = rows[j - 1];
        j--;
      }
      rows[j] = row;
    }
  }
}
