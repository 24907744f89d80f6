package dev.dovetail.eval.coco;

/** What the overlap of a detection with a ground truth is measured on. */
public enum IouType {
  /** Boxes. */
  BBOX("bbox"),
  /** Masks. */
  SEGM("segm");

  private final String label;

  IouType(String label) {
    this.label = label;
  }

  /** The name that the COCO tools use. */
  public String label() {
    return label;
  }
}
