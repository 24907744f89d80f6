package dev.dovetail.formats.layout;

/** A split of a data set. */
public enum Split {
  /** The training set. */
  TRAIN("train"),
  /** The validation set. */
  VALIDATION("val");

  private final String label;

  Split(String label) {
    this.label = label;
  }

  /** {@return the short name: {@code train}, {@code val}} */
  public String label() {
    return label;
  }
}
