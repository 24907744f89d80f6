package dev.dovetail.formats;

/** The handling of anomalies that the reference tools accept. */
public enum Strictness {
  /** They are kept unchanged, with one counted warning for each kind. */
  LENIENT,
  /** They are errors. */
  STRICT
}
