package dev.dovetail.tasks.segmentation;

/**
 * The section {@code labels} of a config for semantic segmentation: what the values of annotation
 * maps mean.
 *
 * @param reduceZero true if 0 is "no label" and class c is stored as c + 1 (ADE20K)
 * @param ignore the value that is left out of every count
 */
public record SemanticLabels(boolean reduceZero, int ignore) {

  public SemanticLabels {
    if (ignore < 0 || ignore > 65535) {
      throw new IllegalArgumentException("ignore is " + ignore + ", expected 0 to 65535");
    }
  }

  /** ADE20K's. */
  public static SemanticLabels defaults() {
    return new SemanticLabels(true, 255);
  }
}
