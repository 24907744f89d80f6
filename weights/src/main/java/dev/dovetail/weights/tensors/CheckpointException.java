package dev.dovetail.weights.tensors;

import java.io.IOException;
import java.nio.file.Path;

/** A checkpoint that cannot be used; the message names the file, the place in it and the cause. */
public final class CheckpointException extends IOException {

  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 120;

  /**
   * A problem that concerns no single file.
   *
   * @param sentence what is wrong, and what was expected
   */
  public CheckpointException(String sentence) {
    super(sentence);
  }

  /**
   * A problem of one file.
   *
   * @param file the file
   * @param sentence what is wrong, and what was expected, to be read after the file's name
   */
  public CheckpointException(Path file, String sentence) {
    super(file + ": " + sentence);
  }

  /**
   * A problem of one file that something else caused.
   *
   * @param file the file
   * @param sentence what is wrong, and what was expected, to be read after the file's name
   * @param cause what caused it
   */
  public CheckpointException(Path file, String sentence, Throwable cause) {
    super(file + ": " + sentence, cause);
  }

  /**
   * {@return a name out of a file, fit for a message: in quotes, without control characters, not
   * too long}
   *
   * @param name any text
   */
  public static String quote(String name) {
    String cut = name.length() <= SHOWN ? name : name.substring(0, SHOWN) + "…";
    return "'" + cut.replaceAll("\\p{Cntrl}", "?") + "'";
  }
}
