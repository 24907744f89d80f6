package dev.dovetail.eval.analysis;

/** What became of a ground truth. */
public enum TruthFate {
  /** A detection took it. */
  FOUND,
  /** None took it, but one would have if its class or its place had been right. */
  NEARLY,
  /** Nothing found it: {@link ErrorType#MISSED}. */
  MISSED,
  /** It stands for many objects and is not looked for. */
  CROWD
}
