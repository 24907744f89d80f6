package dev.dovetail.eval.sort;

/** Groups items by small integer keys. Items with the same key stay in order. */
public final class CountingSort {

  private CountingSort() {}

  /**
   * {@return the items by ascending key, stable}
   *
   * @param items the items to sort
   * @param key of every item, indexed by item; 0 … keys - 1
   * @param keys number of keys
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
   * {@return {@code [keys + 1]}: the index of each key's first sorted item, and the number of
   * items}
   *
   * @param items the sorted items
   * @param key of every item, indexed by item; 0 … keys - 1
   * @param keys number of keys
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
