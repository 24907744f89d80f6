package dev.dovetail.weights.tensors;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Thrown if a checkpoint is invalid. The message contains the file, the position in it and the
 * cause.
 */
public final class CheckpointException extends IOException {

  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 120;

  /**
   * Creates an exception that does not concern a single file.
   *
   * @param sentence the problem, and what was expected
   */
  public CheckpointException(String sentence) {
    super(sentence);
  }

  /**
   * Creates an exception for a file.
   *
   * @param file the file
   * @param sentence the problem, and what was expected, to follow the file's name
   */
  public CheckpointException(Path file, String sentence) {
    super(file + ": " + sentence);
  }

  /**
   * Creates an exception for a file, with a cause.
   *
   * @param file the file
   * @param sentence the problem, and what was expected, to follow the file's name
   * @param cause the cause
   */
  public CheckpointException(Path file, String sentence, Throwable cause) {
    super(file + ": " + sentence, cause);
  }

  /**
   * {@return a name from a file, formatted for a message: quoted, without control characters,
   * truncated}
   *
   * @param name any text
   */
  public static String quote(String name) {
    String cut = name.length() <= SHOWN ? name : name.substring(0, SHOWN) + "…";
    return "'" + cut.replaceAll("\\p{Cntrl}", "?") + "'";
  }
}
