package dev.dovetail.formats.coco;

import java.util.List;

/**
 * An entry of {@code categories}. Missing strings are empty.
 *
 * @param frequency the frequency in LVIS's training images: r (rare), c (common) or f (frequent)
 * @param key the id in the file, a Long or a String
 */
public record CocoCategory(
    long id, String name, String supercategory, String frequency, Object key) {

  /** The frequencies of categories in LVIS's training images: rare, common, frequent. */
  public static final List<String> FREQUENCIES = List.of("r", "c", "f");

  /**
   * Creates a category with a numeric id and without a frequency.
   *
   * @param id of the category
   * @param name the name
   * @param supercategory the name of its group
   */
  public CocoCategory(long id, String name, String supercategory) {
    this(id, name, supercategory, "");
  }

  /**
   * Creates a category with a numeric id.
   *
   * @param id of the category
   * @param name the name
   * @param supercategory the name of its group
   * @param frequency LVIS's: r, c or f; empty for none
   */
  public CocoCategory(long id, String name, String supercategory, String frequency) {
    this(id, name, supercategory, frequency, id);
  }

  CocoCategory withId(long other) {
    return new CocoCategory(other, name, supercategory, frequency, key);
  }
}
