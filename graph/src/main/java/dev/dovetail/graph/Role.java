package dev.dovetail.graph;

/** The role of a parameter in training and counting. */
public enum Role {
  /** Learned by gradient descent; counted as a parameter. */
  WEIGHT,
  /** A running statistic of a normalization layer, such as {@code running_mean}; not counted. */
  STATISTIC,
  /**
   * A weight that exists in the published model but is never used; counted. Checkpoints may lack
   * it.
   */
  UNREAD,
  /** A stored constant, such as an index table; not counted. */
  BUFFER
}
