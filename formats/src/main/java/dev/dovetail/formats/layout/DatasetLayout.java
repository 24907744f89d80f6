package dev.dovetail.formats.layout;

import dev.dovetail.formats.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How a data set is laid out when it is downloaded. */
interface DatasetLayout {

  /** Its name, and what it is recognized by. */
  String outline();

  /** Whether a directory is laid out so. */
  boolean recognizes(Path root) throws IOException;

  /**
   * Where images and annotations are.
   *
   * @throws FormatException if they are not there
   */
  DataPaths find(Path root, Split split, AnnotationKind kind) throws IOException;

  /**
   * A directory that must be there.
   *
   * @param origin where it comes from: a sentence's end
   */
  static Path directory(Path directory, String origin) throws FormatException {
    if (!Files.isDirectory(directory)) {
      throw new FormatException("there is no directory " + directory + "; " + origin);
    }
    return directory;
  }
}
