package dev.dovetail.formats.coco;

import java.util.List;

/**
 * An entry of {@code categories}; texts are empty where the file has none.
 *
 * @param frequency how often LVIS met it in training images: r (rare), c (common) or f (frequent)
 * @param key the id as it stands in the file, a Long or a String
 */
public record CocoCategory(
    long id, String name, String supercategory, String frequency, Object key) {

  /** How often LVIS met a category in training: rare, common, frequent. */
  public static final List<String> FREQUENCIES = List.of("r", "c", "f");

  /**
   * A category of a set that tells no frequencies, and whose ids are numbers.
   *
   * @param id of the category
   * @param name the name
   * @param supercategory the name of the group that it is of
   */
  public CocoCategory(long id, String name, String supercategory) {
    this(id, name, supercategory, "");
  }

  /**
   * A category of a set whose ids are numbers.
   *
   * @param id of the category
   * @param name the name
   * @param supercategory the name of the group that it is of
   * @param frequency LVIS's: r, c or f; empty for none
   */
  public CocoCategory(long id, String name, String supercategory, String frequency) {
    this(id, name, supercategory, frequency, id);
  }

  CocoCategory withId(long other) {
    return new CocoCategory(other, name, supercategory, frequency, key);
  }
}
