package dev.dovetail;

/** Thrown when a model does not support the size of an image or input. */
public final class SizeException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  public SizeException(String message, Throwable cause) {
    super(message, cause);
  }
}
