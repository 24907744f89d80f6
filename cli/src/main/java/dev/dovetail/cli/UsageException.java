package dev.dovetail.cli;

/** Arguments that cannot be meant together; ends with the exit code for usage. */
final class UsageException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
