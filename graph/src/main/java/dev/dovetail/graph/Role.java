package dev.dovetail.graph;

/** What a parameter is to training and counting. */
public enum Role {
  /** Learned by gradient; counted as a parameter. */
  WEIGHT,
  /** A running statistic of a normalisation, such as {@code running_mean}; not counted. */
  STATISTIC,
  /**
   * A weight that the published model has and never reads; counted, and checkpoints may lack it.
   */
  UNREAD,
  /** A stored constant, such as an index table; not counted. */
  BUFFER
}
