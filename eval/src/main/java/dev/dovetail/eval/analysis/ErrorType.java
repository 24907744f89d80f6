package dev.dovetail.eval.analysis;

/** TIDE's kinds of errors. Each detection or ground truth has at most one. */
public enum ErrorType {
  /** Enough overlap, but the wrong category. */
  CLASSIFICATION("Cls", "right place, wrong class"),
  /** The right category, but too little overlap. */
  LOCALISATION("Loc", "right class, box or mask not accurate enough"),
  /** The wrong category and too little overlap, but more than background. */
  BOTH("Both", "wrong class, and box or mask not accurate enough"),
  /** Correct, but a detection with a higher score matches the same ground truth. */
  DUPLICATE("Dupe", "another detection matches the same ground truth"),
  /** The detection overlaps no ground truth enough. */
  BACKGROUND("Bkg", "background detected as an object"),
  /** A ground truth without any detection, not even one with another kind of error. */
  MISSED("Miss", "not detected at all");

  private final String label;
  private final String meaning;

  ErrorType(String label, String meaning) {
    this.label = label;
    this.meaning = meaning;
  }

  /** {@return TIDE's name of the kind} */
  public String label() {
    return label;
  }

  /** {@return a short description} */
  public String meaning() {
    return meaning;
  }
}
