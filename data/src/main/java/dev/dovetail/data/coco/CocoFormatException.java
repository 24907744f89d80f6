package dev.dovetail.data.coco;

import java.io.IOException;

/** A COCO file that cannot be used; the message is a sentence with file, record and field. */
public final class CocoFormatException extends IOException {

  private static final long serialVersionUID = 1L;

  public CocoFormatException(String message) {
    super(message);
  }

  public CocoFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
