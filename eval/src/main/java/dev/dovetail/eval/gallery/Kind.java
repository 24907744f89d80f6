package dev.dovetail.eval.gallery;

/**
 * What became of an object, or what else tells it from others.
 *
 * @param id of the kind in addresses, such as {@code missed}
 * @param name as it is shown
 * @param meaning in a few words
 * @param look how it is drawn
 * @param isTruth whether objects of the kind are ground truths
 */
public record Kind(String id, String name, String meaning, Look look, boolean isTruth) {

  /** How an object is drawn. */
  public enum Look {
    /** As what is right. */
    GOOD,
    /** As what is wrong. */
    BAD,
    /** As what is nearly right. */
    NEAR,
    /** As what does not count. */
    FAINT;

    String text() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** Whether an object of the kind is an error. */
  boolean isError() {
    return look == Look.BAD || look == Look.NEAR;
  }
}
