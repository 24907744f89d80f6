package dev.dovetail.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A folder that is deleted with all that is in it when it is closed, or when the program is
 * stopped.
 *
 * @param path where it is
 */
public record TemporaryFolder(Path path) implements Closeable {

  /**
   * Makes a folder where the system keeps temporary files.
   *
   * @return the folder
   * @throws IOException if it cannot be made
   */
  public static TemporaryFolder create() throws IOException {
    return new TemporaryFolder(Temporary.add(Files.createTempDirectory("dovetail-")));
  }

  /**
   * Makes a hidden folder beside a file, or elsewhere if there may be none.
   *
   * @param file the file
   * @return the folder
   * @throws IOException if it cannot be made
   */
  public static TemporaryFolder beside(Path file) throws IOException {
    Destination place = Destination.of(file);
    if (place.kind() == Destination.Kind.FILE || place.kind() == Destination.Kind.NOTHING) {
      try {
        Path folder = Files.createTempDirectory(place.path().getParent(), ".dovetail-");
        return new TemporaryFolder(Temporary.add(folder));
      } catch (FileSystemException e) {
        // The file itself may be writable.
      }
    }
    return create();
  }

  /**
   * Makes a folder at a place. What an earlier program left there when it was killed is deleted.
   *
   * @param place where it is to be; nothing else may use it
   * @return the folder, empty
   * @throws IOException if it cannot be made, or what is there not be deleted
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
