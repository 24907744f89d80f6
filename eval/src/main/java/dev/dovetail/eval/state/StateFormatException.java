package dev.dovetail.eval.state;

import java.io.IOException;

/** Thrown if a state cannot be used. The message is a sentence that names the file. */
public final class StateFormatException extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message the problem of the file
   */
  public StateFormatException(String message) {
    super(message);
  }

  /**
   * Creates an exception with a cause.
   *
   * @param message the problem of the file
   * @param cause the cause
   */
  public StateFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
