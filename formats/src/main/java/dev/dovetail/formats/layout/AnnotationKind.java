package dev.dovetail.formats.layout;

/** What annotations of images tell. */
public enum AnnotationKind {
  /** The objects, with boxes and masks. */
  OBJECTS,
  /** The class of each pixel. */
  LABEL_MAPS,
  /** The object or stuff of each pixel. */
  SEGMENTS
}
