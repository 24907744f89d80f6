package dev.dovetail.data.panoptic;

/**
 * A category of a panoptic ground truth: a countable thing, or stuff.
 *
 * @param key the id as it stands in the file, a Long or a String
 */
public record PanopticCategory(long id, String name, boolean isThing, Object key) {

  /** A category of a set whose ids are numbers. */
  public PanopticCategory(long id, String name, boolean isThing) {
    this(id, name, isThing, id);
  }
}
