package dev.dovetail.formats.layout;

/** The kinds of image annotations. */
public enum AnnotationKind {
  /** The objects, with boxes and masks. */
  OBJECTS,
  /** The class of each pixel. */
  LABEL_MAPS,
  /** The object or stuff of each pixel. */
  SEGMENTS
}
