package dev.dovetail.formats.image;

import java.io.IOException;

/** Thrown if an image file cannot be used. The message names the file and the problem. */
public final class BadImageException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message the file and its problem
   */
  public BadImageException(String message) {
    super(message);
  }

  /**
   * Creates an exception with a cause.
   *
   * @param message the file and its problem
   * @param cause the cause
   */
  public BadImageException(String message, Throwable cause) {
    super(message, cause);
  }
}
