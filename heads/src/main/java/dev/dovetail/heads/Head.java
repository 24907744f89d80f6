package dev.dovetail.heads;

/** The task-specific end of a model. */
public sealed interface Head permits SemanticHead, InstanceHead, ClassificationHead {

  /** How many classes it tells apart, background not counted. */
  int classes();
}
