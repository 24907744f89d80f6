package dev.dovetail.cli.console;

/** Arguments that cannot be meant together; ends with the exit code for usage. */
public final class UsageException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  public UsageException(String message) {
    super(message);
  }
}
