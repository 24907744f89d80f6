package dev.dovetail.eval.state;

import java.io.IOException;

/** A state that cannot be used; the message is a sentence that names the file. */
public final class StateFormatException extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * An error.
   *
   * @param message what is wrong with the file
   */
  public StateFormatException(String message) {
    super(message);
  }

  /**
   * An error with its cause.
   *
   * @param message what is wrong with the file
   * @param cause what found it
   */
  public StateFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
