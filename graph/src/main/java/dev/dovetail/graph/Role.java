package dev.dovetail.graph;

/** What a parameter is to training and counting. */
public enum Role {
  /** Learned by gradient; counted as a parameter. */
  WEIGHT,
  /** A running statistic of a normalisation, such as {@code running_mean}; not counted. */
  STATISTIC,
  /** A stored constant, such as an index table; not counted. */
  BUFFER
}
