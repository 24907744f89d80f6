package dev.dovetail.data.image;

import java.io.IOException;

/** An image file that cannot be used; the message names the file and says what is wrong with it. */
public final class BadImageException extends IOException {
  private static final long serialVersionUID = 1L;

  public BadImageException(String message) {
    super(message);
  }

  public BadImageException(String message, Throwable cause) {
    super(message, cause);
  }
}
