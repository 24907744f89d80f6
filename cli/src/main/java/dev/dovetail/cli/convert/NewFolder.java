package dev.dovetail.cli.convert;

import dev.dovetail.cli.console.UsageException;
import dev.dovetail.files.DataFolder;
import dev.dovetail.files.TemporaryFolder;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A directory that is created atomically: files are written to a temporary directory, which is
 * moved to its final place at the end.
 */
final class NewFolder implements Closeable {

  private final Path target;
  private final TemporaryFolder filled;

  private NewFolder(Path target, TemporaryFolder filled) {
    this.target = target;
    this.filled = filled;
  }

  /**
   * Creates the temporary directory.
   *
   * @throws UsageException if the path is a file, a non-empty directory, or in a directory that
   *     does not exist
   */
  static NewFolder create(Path target) throws IOException {
    Path place = target.toAbsolutePath().normalize();
    if (Files.exists(place) && !Files.isDirectory(place)) {
      throw new UsageException(
          "--out " + target + " is a file; this format is written to a directory");
    }
    if (Files.isDirectory(place)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(place)) {
        for (Path entry : entries) {
          if (!DataFolder.isHidden(entry)) {
            throw new UsageException(
                "--out "
                    + target
                    + (" is not empty (it contains " + entry.getFileName())
                    + "); specify a new directory");
          }
        }
      }
    } else if (place.getParent() == null || !Files.isDirectory(place.getParent())) {
      throw new UsageException(
          "--out " + target + ": the directory " + place.getParent() + " does not exist");
    }
    // Inside the final directory if that exists, since it may be a separate file system.
    Path beside = Files.isDirectory(place) ? place.resolve("new") : place;
    return new NewFolder(place, TemporaryFolder.beside(beside));
  }

  /** Returns the directory to write files to. */
  Path path() {
    return filled.path();
  }

  /** Moves the files to their final place. */
  void commit() throws IOException {
    if (!Files.isDirectory(target)) {
      Files.createDirectory(target);
    }
    List<Path> written = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(filled.path())) {
      entries.forEach(written::add);
    }
    for (Path entry : written) {
      Files.move(entry, target.resolve(entry.getFileName()));
    }
  }

  @Override
  public void close() {
    filled.close();
  }
}
