package dev.dovetail.data.coco;

import java.io.IOException;

/** A COCO file that cannot be used; the message is a sentence with file, record and field. */
public final class CocoFormatException extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * An error.
   *
   * @param message what is wrong, and where
   */
  public CocoFormatException(String message) {
    super(message);
  }

  /**
   * An error with its cause.
   *
   * @param message what is wrong, and where
   * @param cause what found it
   */
  public CocoFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
