package dev.dovetail.formats.panoptic;

/**
 * A category of a panoptic ground truth: a countable thing, or stuff.
 *
 * @param key the id in the file, a Long or a String
 */
public record PanopticCategory(long id, String name, boolean isThing, Object key) {

  /**
   * Creates a category with a numeric id.
   *
   * @param id of the category
   * @param name the name
   * @param isThing whether its objects are counted
   */
  public PanopticCategory(long id, String name, boolean isThing) {
    this(id, name, isThing, id);
  }
}
