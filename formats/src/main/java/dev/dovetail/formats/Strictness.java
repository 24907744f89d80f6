package dev.dovetail.formats;

/** What becomes of something odd that the reference tools accept. */
public enum Strictness {
  /** It is kept as it is, with one counted warning for each kind. */
  LENIENT,
  /** It is an error. */
  STRICT
}
