package dev.dovetail.formats;

import java.io.IOException;

/** A COCO file that cannot be used; the message is a sentence with file, record and field. */
public final class FormatException extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * An error.
   *
   * @param message what is wrong, and where
   */
  public FormatException(String message) {
    super(message);
  }

  /**
   * An error with its cause.
   *
   * @param message what is wrong, and where
   * @param cause what found it
   */
  public FormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
