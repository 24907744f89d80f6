package dev.dovetail.tasks;

/** Thrown if a task cannot be evaluated on a data set. */
public final class DataMismatchException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  public DataMismatchException(String message) {
    super(message);
  }
}
