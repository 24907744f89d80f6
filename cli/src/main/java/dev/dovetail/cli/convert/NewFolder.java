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

/** A folder that is filled beside its place and is there whole, or not at all. */
final class NewFolder implements Closeable {

  private final Path target;
  private final TemporaryFolder filled;

  private NewFolder(Path target, TemporaryFolder filled) {
    this.target = target;
    this.filled = filled;
  }

  /**
   * Begins a folder.
   *
   * @throws UsageException if there is a file, or a folder that is not empty, or no folder to be in
   */
  static NewFolder create(Path target) throws IOException {
    Path place = target.toAbsolutePath().normalize();
    if (Files.exists(place) && !Files.isDirectory(place)) {
      throw new UsageException(
          "--out " + target + " is a file; this format is written to a folder");
    }
    if (Files.isDirectory(place)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(place)) {
        for (Path entry : entries) {
          if (!DataFolder.isHidden(entry)) {
            throw new UsageException(
                "--out "
                    + target
                    + (" is not empty (it holds " + entry.getFileName())
                    + "); give a new folder");
          }
        }
      }
    } else if (place.getParent() == null || !Files.isDirectory(place.getParent())) {
      throw new UsageException(
          "--out " + target + ": the folder " + place.getParent() + " does not exist");
    }
    return new NewFolder(place, TemporaryFolder.beside(place.resolveSibling(place.getFileName())));
  }

  /** Where files are written. */
  Path path() {
    return filled.path();
  }

  /** Moves what was written to its place. */
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
