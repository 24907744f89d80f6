package dev.dovetail.eval.analysis;

/** The result of a ground truth. */
public enum TruthFate {
  /** A detection matches it. */
  FOUND,
  /** No detection matches it, but one would with another class or a better location. */
  NEARLY,
  /** No detection is near it: {@link ErrorType#MISSED}. */
  MISSED,
  /** It represents a group of objects and is not evaluated. */
  CROWD
}
