package dev.dovetail.files;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Thrown if a result cannot be written. Further results would fail in the same way. */
public final class OutputException extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param file the file that cannot be written
   * @param reason the cause
   */
  public OutputException(Path file, IOException reason) {
    super("cannot write " + file + ": " + words(reason), reason);
  }

  private static String words(IOException reason) {
    if (reason instanceof FileSystemException e && e.getReason() != null) {
      return e.getReason();
    }
    if (reason instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (reason instanceof NoSuchFileException) {
      return "there is no such directory";
    }
    return String.valueOf(reason.getMessage());
  }
}
