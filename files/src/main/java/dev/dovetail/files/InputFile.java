package dev.dovetail.files;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A file that can be read several times. Pipes and devices, which can be read only once, are copied
 * to a temporary file that is deleted on close.
 */
public final class InputFile implements Closeable {

  private final Path path;
  private final boolean copied;

  private InputFile(Path path, boolean copied) {
    this.path = path;
    this.copied = copied;
  }

  /**
   * Opens a file.
   *
   * @param file the file
   * @return the open file
   * @throws NoSuchFileException if the file does not exist
   * @throws IOException if it is a directory or cannot be read
   */
  public static InputFile open(Path file) throws IOException {
    if (!isStream(file)) {
      return new InputFile(file, false);
    }
    Path copy = Temporary.add(Files.createTempFile("dovetail-", ".input"));
    InputFile opened = new InputFile(copy, true);
    try (InputStream in = Files.newInputStream(file)) {
      Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      opened.close();
      String from =
          file
              + " cannot be copied to "
              + copy.getParent()
              + ", which is required to read it twice: ";
      throw new IOException(from + e.getMessage(), e);
    }
    return opened;
  }

  /**
   * {@return whether a file is a pipe or a device, which can be read only once}
   *
   * @param file a file
   */
  public static boolean isStream(Path file) {
    return Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file);
  }

  /** {@return the path of the file or its copy} */
  public Path path() {
    return path;
  }

  @Override
  public void close() {
    if (copied) {
      Temporary.delete(path);
    }
  }
}
