package dev.dovetail.tasks.segmentation;

/**
 * The section {@code labels} of a config for semantic segmentation: the meaning of values in
 * annotation maps.
 *
 * @param reduceZero true if 0 is "no label" and class c is stored as c + 1 (ADE20K)
 * @param ignore the value that is ignored in all metrics
 */
public record SemanticLabels(boolean reduceZero, int ignore) {

  public SemanticLabels {
    if (ignore < 0 || ignore > 65535) {
      throw new IllegalArgumentException("ignore is " + ignore + ", expected 0 to 65535");
    }
  }

  /** Returns the labels of ADE20K. */
  public static SemanticLabels defaults() {
    return new SemanticLabels(true, 255);
  }
}
