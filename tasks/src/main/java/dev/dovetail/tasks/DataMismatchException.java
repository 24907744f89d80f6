package dev.dovetail.tasks;

/** A data set was given that a task cannot be evaluated on. */
public final class DataMismatchException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  public DataMismatchException(String message) {
    super(message);
  }
}
