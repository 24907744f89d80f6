package dev.dovetail.eval.sort;

/** Groups items by small integer keys, keeping their order within a key. */
public final class CountingSort {

  private CountingSort() {}

  /**
   * {@return the items by ascending key, stable}
   *
   * @param items what to sort
   * @param key of every item, indexed by item; 0 … keys - 1
   * @param keys how many there are
   */
  public static int[] stable(int[] items, int[] key, int keys) {
    int[] next = starts(items, key, keys);
    int[] sorted = new int[items.length];
    for (int item : items) {
      sorted[next[key[item]]++] = item;
    }
    return sorted;
  }

  /**
   * {@return {@code [keys + 1]}: where each key begins among the sorted items, and their number}
   *
   * @param items what was sorted
   * @param key of every item, indexed by item; 0 … keys - 1
   * @param keys how many there are
   */
  public static int[] starts(int[] items, int[] key, int keys) {
    int[] starts = new int[keys + 1];
    for (int item : items) {
      starts[key[item] + 1]++;
    }
    for (int k = 0; k < keys; k++) {
      starts[k + 1] += starts[k];
    }
    return starts;
  }
}
