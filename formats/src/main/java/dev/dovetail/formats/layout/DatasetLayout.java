package dev.dovetail.formats.layout;

import dev.dovetail.formats.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The layout of a downloaded data set. */
interface DatasetLayout {

  /** Returns the name of the data set and the paths by which it is recognized. */
  String outline();

  /** Returns whether a directory has this layout. */
  boolean recognizes(Path root) throws IOException;

  /**
   * Finds images and annotations.
   *
   * @throws FormatException if they do not exist
   */
  DataPaths find(Path root, Split split, AnnotationKind kind) throws IOException;

  /**
   * Returns a directory that must exist.
   *
   * @param origin how to get it, as the end of a sentence
   */
  static Path directory(Path directory, String origin) throws FormatException {
    if (!Files.isDirectory(directory)) {
      throw new FormatException("missing directory " + directory + "; " + origin);
    }
    return directory;
  }
}
