package dev.dovetail.eval.semantic;

import dev.dovetail.formats.cityscapes.CityscapesLabel;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The mapping from values of a ground-truth label map to classes.
 *
 * @param ignoreIndex the value, after mapping, of ignored pixels; usually 255
 * @param reduceZeroLabel whether 0 is void and class c is stored as c + 1 (ADE20K)
 * @param table class by value; other values are ignored; empty for no table
 */
public record LabelMapping(int ignoreIndex, boolean reduceZeroLabel, Map<Integer, Integer> table) {

  /** The entry of a lookup table for ignored pixels. */
  public static final int IGNORED = -1;

  private static final int VOID = 255;

  /**
   * Copies the table.
   *
   * @param ignoreIndex the value, after mapping, of ignored pixels; usually 255
   * @param reduceZeroLabel whether 0 is void and class c is stored as c + 1 (ADE20K)
   * @param table class by value; other values are ignored; empty for no table
   * @throws IllegalArgumentException if there is a table and {@code reduceZeroLabel} is true
   */
  public LabelMapping {
    table = Map.copyOf(table);
    if (reduceZeroLabel && !table.isEmpty()) {
      throw new IllegalArgumentException("reduceZeroLabel and a table cannot be combined");
    }
  }

  /**
   * Creates a mapping in which values are classes.
   *
   * @param ignoreIndex the value of ignored pixels
   * @return the mapping
   */
  public static LabelMapping identity(int ignoreIndex) {
    return new LabelMapping(ignoreIndex, false, Map.of());
  }

  /**
   * Creates a mapping in which 0 is void and the value c + 1 is class c, as in ADE20K. 0 becomes
   * 255, as in mmsegmentation.
   *
   * @param ignoreIndex the value of ignored pixels
   * @return the mapping
   */
  public static LabelMapping reduceZeroLabel(int ignoreIndex) {
    return new LabelMapping(ignoreIndex, true, Map.of());
  }

  /**
   * Creates a mapping by a table. Values that are not in the table are ignored.
   *
   * @param table class by value
   * @param ignoreIndex the value of ignored pixels
   * @return the mapping
   */
  public static LabelMapping table(Map<Integer, Integer> table, int ignoreIndex) {
    return new LabelMapping(ignoreIndex, false, table);
  }

  /**
   * Creates the mapping from Cityscapes' label ids to its 19 train ids.
   *
   * @return the mapping
   */
  public static LabelMapping cityscapes() {
    return table(CityscapesLabel.trainIds(), VOID);
  }

  /**
   * Creates the mapping from COCO-Stuff's values (id - 1: 0 to 181, eleven of them unused) to the
   * 171 train ids of mmsegmentation's {@code coco_stuff164k}.
   *
   * @return the mapping
   */
  public static LabelMapping cocoStuff() {
    Set<Integer> unused = Set.of(11, 25, 28, 29, 44, 65, 67, 68, 70, 82, 90);
    return table(
        numbered(IntStream.rangeClosed(0, 181).filter(value -> !unused.contains(value))), VOID);
  }

  private static Map<Integer, Integer> numbered(IntStream values) {
    Map<Integer, Integer> table = new HashMap<>();
    values.forEach(value -> table.put(value, table.size()));
    return table;
  }

  /**
   * {@return the class of every value: {@link #IGNORED}, 0 to classes - 1, or {@code classes} for a
   * value that is neither ignored nor a class}
   *
   * @param values number of values
   * @param classes number of classes
   */
  public int[] lookup(int values, int classes) {
    int[] lookup = new int[values];
    for (int value = 0; value < values; value++) {
      int mapped = mapped(value);
      lookup[value] =
          mapped == ignoreIndex ? IGNORED : mapped >= 0 && mapped < classes ? mapped : classes;
    }
    return lookup;
  }

  private int mapped(int value) {
    if (!table.isEmpty()) {
      return table.getOrDefault(value, ignoreIndex);
    }
    if (!reduceZeroLabel) {
      return value;
    }
    return value == 0 || value == VOID ? VOID : value - 1;
  }
}
