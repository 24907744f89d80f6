package dev.dovetail.eval.analysis;

/** The kinds of errors that TIDE tells apart; each detection or ground truth has at most one. */
public enum ErrorType {
  /** Right place, wrong category. */
  CLASSIFICATION("Cls", "right place, wrong class"),
  /** Right category, place not right enough. */
  LOCALISATION("Loc", "right class, box or mask not good enough"),
  /** Neither is right, but there is something near. */
  BOTH("Both", "wrong class and not good enough"),
  /** Right, but a higher-scoring detection took the ground truth. */
  DUPLICATE("Dupe", "found a second time"),
  /** There is nothing. */
  BACKGROUND("Bkg", "there is nothing"),
  /** A ground truth that nothing found, not even with one of the errors above. */
  MISSED("Miss", "not found at all");

  private final String label;
  private final String meaning;

  ErrorType(String label, String meaning) {
    this.label = label;
    this.meaning = meaning;
  }

  /** {@return the name that TIDE uses} */
  public String label() {
    return label;
  }

  /** {@return what it means, in a few words} */
  public String meaning() {
    return meaning;
  }
}
