package dev.dovetail.eval.coco.params;

/** The type of overlap between a detection and a ground truth. */
public enum IouType {
  /** Boxes. */
  BBOX("bbox"),
  /** Masks. */
  SEGM("segm"),
  /** Keypoints, by object keypoint similarity (OKS). */
  KEYPOINTS("keypoints"),
  /** Masks and their boundaries, the smaller overlap of both (Boundary IoU, arXiv:2103.16562). */
  BOUNDARY("boundary");

  private final String label;

  IouType(String label) {
    this.label = label;
  }

  /** {@return the name that the COCO tools use} */
  public String label() {
    return label;
  }

  /** Returns whether detections and ground truths need masks. */
  public boolean needsMasks() {
    return this == SEGM || this == BOUNDARY;
  }

  /** {@return the name of the overlap} */
  public String overlap() {
    return switch (this) {
      case BBOX, SEGM -> "IoU";
      case KEYPOINTS -> "OKS";
      case BOUNDARY -> "boundary IoU";
    };
  }
}
