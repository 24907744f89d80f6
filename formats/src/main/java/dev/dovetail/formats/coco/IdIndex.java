package dev.dovetail.formats.coco;

import java.util.Arrays;

/** Numbers ids in the order of their first appearance: 0, 1, 2, …. Ids may be any longs. */
public final class IdIndex {

  private int[] slots = new int[16];
  private long[] ids = new long[8];
  private int size;

  /** Creates an empty index. */
  public IdIndex() {
    Arrays.fill(slots, -1);
  }

  /**
   * {@return the number of the id, or -1 if it was never added}
   *
   * @param id any id
   */
  public int get(long id) {
    return slots[slot(id)];
  }

  /**
   * Adds the id if it is new.
   *
   * @param id any id
   * @return whether it is new
   */
  public boolean add(long id) {
    int slot = slot(id);
    if (slots[slot] >= 0) {
      return false;
    }
    if (size == ids.length) {
      grow();
      slot = slot(id);
    }
    ids[size] = id;
    slots[slot] = size++;
    return true;
  }

  /**
   * {@return the id with this number}
   *
   * @param number starting at 0, in the order in which ids were added
   */
  public long id(int number) {
    return ids[number];
  }

  /** {@return the number of different ids} */
  public int size() {
    return size;
  }

  private int slot(long id) {
    long hash = id * 0x9E3779B97F4A7C15L;
    int mask = slots.length - 1;
    int slot = (int) (hash >>> 32) & mask;
    while (slots[slot] >= 0 && ids[slots[slot]] != id) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    ids = Arrays.copyOf(ids, 2 * size);
    slots = new int[4 * size];
    Arrays.fill(slots, -1);
    for (int i = 0; i < size; i++) {
      slots[slot(ids[i])] = i;
    }
  }
}
