package dev.dovetail.eval.gallery;

/**
 * A kind of objects by the result of their evaluation, or by another property.
 *
 * @param id of the kind in addresses, such as {@code missed}
 * @param name the displayed name
 * @param meaning a short description
 * @param look the style in which it is drawn
 * @param isTruth whether objects of the kind are ground truths
 */
public record Kind(String id, String name, String meaning, Look look, boolean isTruth) {

  /** The style in which an object is drawn. */
  public enum Look {
    /** Correct. */
    GOOD,
    /** Wrong. */
    BAD,
    /** Nearly correct. */
    NEAR,
    /** Not counted. */
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
