package dev.dovetail.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A directory that is deleted with its contents when it is closed, or when the program is stopped.
 *
 * @param path its path
 */
public record TemporaryFolder(Path path) implements Closeable {

  /**
   * Creates a directory in the system's temporary directory.
   *
   * @return the directory
   * @throws IOException if it cannot be created
   */
  public static TemporaryFolder create() throws IOException {
    return new TemporaryFolder(Temporary.add(Files.createTempDirectory("dovetail-")));
  }

  /**
   * Creates a hidden directory next to a file, or in the temporary directory if that is not
   * possible.
   *
   * @param file the file
   * @return the directory
   * @throws IOException if it cannot be created
   */
  public static TemporaryFolder beside(Path file) throws IOException {
    Destination place = Destination.of(file);
    if (place.kind() == Destination.Kind.FILE || place.kind() == Destination.Kind.NOTHING) {
      try {
        Path folder = Files.createTempDirectory(place.path().getParent(), ".dovetail-");
        return new TemporaryFolder(Temporary.add(folder));
      } catch (FileSystemException e) {
        // The file itself may still be writable.
      }
    }
    return create();
  }

  /**
   * Creates a directory at a given path. Files that a killed program left there are deleted.
   *
   * @param place its path, which must not be used for anything else
   * @return the directory, empty
   * @throws IOException if it cannot be created, or existing files cannot be deleted
   */
  public static TemporaryFolder at(Path place) throws IOException {
    Temporary.delete(place);
    return new TemporaryFolder(Temporary.add(Files.createDirectory(place)));
  }

  @Override
  public void close() {
    Temporary.delete(path);
  }
}
