package dev.dovetail.formats.layout;

/** A part of a data set. */
public enum Split {
  /** What models learn from. */
  TRAIN("train"),
  /** What they are evaluated on. */
  VALIDATION("val");

  private final String label;

  Split(String label) {
    this.label = label;
  }

  /** {@return its short name: {@code train}, {@code val}} */
  public String label() {
    return label;
  }
}
