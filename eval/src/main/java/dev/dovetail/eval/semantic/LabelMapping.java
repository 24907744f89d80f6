package dev.dovetail.eval.semantic;

import dev.dovetail.formats.cityscapes.CityscapesLabel;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * How the values of a ground-truth label map become classes.
 *
 * @param ignoreIndex the value, after mapping, of pixels that are left out; 255 as a rule
 * @param reduceZeroLabel whether 0 is void and class c is stored as c + 1 (ADE20K)
 * @param table value to class, where other values are left out; empty for no table
 */
public record LabelMapping(int ignoreIndex, boolean reduceZeroLabel, Map<Integer, Integer> table) {

  /** In a lookup table: the pixel is left out. */
  public static final int IGNORED = -1;

  private static final int VOID = 255;

  /**
   * Copies the table.
   *
   * @param ignoreIndex the value, after mapping, of pixels that are left out; 255 as a rule
   * @param reduceZeroLabel whether 0 is void and class c is stored as c + 1 (ADE20K)
   * @param table value to class, where other values are left out; empty for no table
   * @throws IllegalArgumentException if both are given
   */
  public LabelMapping {
    table = Map.copyOf(table);
    if (reduceZeroLabel && !table.isEmpty()) {
      throw new IllegalArgumentException(
          "labels are either reduced by one or mapped by a table, not both");
    }
  }

  /**
   * Values are classes.
   *
   * @param ignoreIndex the value of pixels that are left out
   * @return the mapping
   */
  public static LabelMapping identity(int ignoreIndex) {
    return new LabelMapping(ignoreIndex, false, Map.of());
  }

  /**
   * 0 is void, value c + 1 is class c, as in ADE20K; 0 becomes 255, as in mmsegmentation.
   *
   * @param ignoreIndex the value of pixels that are left out
   * @return the mapping
   */
  public static LabelMapping reduceZeroLabel(int ignoreIndex) {
    return new LabelMapping(ignoreIndex, true, Map.of());
  }

  /**
   * Values are mapped by a table; what it does not hold is left out.
   *
   * @param table value to class
   * @param ignoreIndex the value of pixels that are left out
   * @return the mapping
   */
  public static LabelMapping table(Map<Integer, Integer> table, int ignoreIndex) {
    return new LabelMapping(ignoreIndex, false, table);
  }

  /**
   * Cityscapes' label ids become its 19 train ids.
   *
   * @return the mapping
   */
  public static LabelMapping cityscapes() {
    return table(CityscapesLabel.trainIds(), VOID);
  }

  /**
   * COCO-Stuff's values (ids less one: 0 to 181 with eleven that no image has) become the 171 train
   * ids of mmsegmentation's {@code coco_stuff164k}.
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
   * value that is no class although it is not left out}
   *
   * @param values how many values there are
   * @param classes how many classes there are
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
