package dev.dovetail.cli.console;

/**
 * Thrown if arguments are invalid or contradict each other. The program exits with the usage exit
 * code.
 */
public final class UsageException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  public UsageException(String message) {
    super(message);
  }
}
