package dev.dovetail.data.coco;

/**
 * An entry of {@code categories}; texts are empty where the file has none.
 *
 * @param frequency how often LVIS met it in training images: r (rare), c (common) or f (frequent)
 */
public record CocoCategory(long id, String name, String supercategory, String frequency) {

  /**
   * A category of a set that tells no frequencies.
   *
   * @param id of the category
   * @param name the name
   * @param supercategory the name of the group that it is of
   */
  public CocoCategory(long id, String name, String supercategory) {
    this(id, name, supercategory, "");
  }
}
