package dev.dovetail;

/** A model does not take images or inputs of a size. */
public final class SizeException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  public SizeException(String message, Throwable cause) {
    super(message, cause);
  }
}
