package dev.dovetail.files;

import java.io.IOException;
import java.nio.file.Path;

/** A file that should hold text in UTF-8 and does not; the message names it. */
public final class NotTextException extends IOException {

  private static final long serialVersionUID = 1L;

  NotTextException(Path file, String problem) {
    super(file + " " + problem);
  }
}
