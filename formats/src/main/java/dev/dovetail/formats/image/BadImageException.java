package dev.dovetail.formats.image;

import java.io.IOException;

/** An image file that cannot be used; the message names the file and says what is wrong with it. */
public final class BadImageException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * An error.
   *
   * @param message what is wrong with the file
   */
  public BadImageException(String message) {
    super(message);
  }

  /**
   * An error with its cause.
   *
   * @param message what is wrong with the file
   * @param cause what found it
   */
  public BadImageException(String message, Throwable cause) {
    super(message, cause);
  }
}
