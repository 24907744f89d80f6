package dev.dovetail.files;

import java.io.IOException;
import java.nio.file.Path;

/** Thrown if a text file is not valid UTF-8. The message contains the file. */
public final class NotTextException extends IOException {

  private static final long serialVersionUID = 1L;

  NotTextException(Path file, String problem) {
    super(file + " " + problem);
  }
}
