package dev.dovetail.files;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A file that is read more than once: the file itself, or of a pipe or device, which gives its
 * bytes once, a copy that is deleted at the end.
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
   * @throws NoSuchFileException if there is none
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
      String from = file + " cannot be copied to " + copy.getParent() + ", to be read twice: ";
      throw new IOException(from + e.getMessage(), e);
    }
    return opened;
  }

  /**
   * {@return whether a name stands for a pipe or a device, whose bytes come once}
   *
   * @param file a name
   */
  public static boolean isStream(Path file) {
    return Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file);
  }

  /** {@return where the bytes are} */
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
