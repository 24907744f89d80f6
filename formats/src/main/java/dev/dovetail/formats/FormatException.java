package dev.dovetail.formats;

import java.io.IOException;

/** Thrown if a data file cannot be used. The message is a sentence with file, record and field. */
public final class FormatException extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message the problem and its location
   */
  public FormatException(String message) {
    super(message);
  }

  /**
   * Creates an exception with a cause.
   *
   * @param message the problem and its location
   * @param cause the cause
   */
  public FormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
