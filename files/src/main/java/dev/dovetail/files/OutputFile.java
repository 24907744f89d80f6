package dev.dovetail.files;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A file that is written atomically: the content is written to a temporary file, which then
 * replaces the target. If writing fails, the existing file is unchanged. Readers never see partial
 * content.
 *
 * <p>Symbolic links are followed, and a replaced file keeps its permissions. A target that cannot
 * be replaced receives a copy of the complete content: a pipe, a device, {@code /dev/stdout}, a
 * file with another owner or with hard links, and a file in a read-only directory. A pipe that its
 * reader closes early is not an error.
 */
public final class OutputFile implements Closeable {

  private static final int BUFFER = 1 << 16;

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {

    /**
     * Writes the content.
     *
     * @param fresh an empty file
     * @throws IOException if it cannot be written
     */
    void writeTo(Path fresh) throws IOException;
  }

  private final Path target;
  private final Destination destination;
  private final Path fresh;
  private final boolean replaces;

  private OutputFile(Path target, Destination destination, Path fresh) throws IOException {
    this.target = target;
    this.destination = destination;
    this.fresh = Temporary.add(fresh);
    try {
      boolean beside = fresh.getParent().equals(destination.path().getParent());
      this.replaces = beside && destination.isReplaceableBy(fresh);
      protect();
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  /**
   * Creates a temporary file for new content.
   *
   * @param target the file to write
   * @return the output file, without content
   * @throws OutputException if it cannot be written
   */
  public static OutputFile create(Path target) throws IOException {
    try {
      Destination destination = Destination.of(target);
      check(destination);
      return new OutputFile(target, destination, fresh(destination));
    } catch (IOException e) {
      throw new OutputException(target, e);
    }
  }

  /**
   * Starts writing a file under another name, which remains if the process is killed.
   *
   * @param target the file
   * @param unfinished the name in the same directory until the file is complete; it is replaced
   * @return the file, which has no content yet
   * @throws OutputException if it cannot be written
   */
  public static OutputFile create(Path target, String unfinished) throws IOException {
    try {
      Destination destination = Destination.of(target);
      check(destination);
      Path fresh = destination.path().resolveSibling(unfinished);
      Files.deleteIfExists(fresh);
      FileChannel.open(fresh, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE).close();
      return new OutputFile(target, destination, fresh);
    } catch (IOException e) {
      throw new OutputException(target, e);
    }
  }

  /**
   * Writes a file in one step.
   *
   * @param target the file
   * @param content writes the content
   * @throws OutputException if the file cannot be written
   */
  public static void write(Path target, Content content) throws IOException {
    try (OutputFile file = create(target)) {
      try {
        content.writeTo(file.fresh);
      } catch (IOException e) {
        throw file.isOwn(e) ? new OutputException(target, e) : e;
      }
      file.commit();
    }
  }

  /**
   * Writes bytes in one step.
   *
   * @param target the file
   * @param bytes the content
   * @throws OutputException if the file cannot be written
   */
  public static void write(Path target, byte[] bytes) throws IOException {
    write(target, fresh -> Files.write(fresh, bytes));
  }

  /**
   * Checks that a file can be written, before expensive work. No file is opened.
   *
   * @param target the file
   * @throws OutputException if it cannot be written
   */
  public static void check(Path target) throws IOException {
    try {
      check(Destination.of(target));
    } catch (IOException e) {
      throw new OutputException(target, e);
    }
  }

  private static void check(Destination place) throws IOException {
    Path path = place.path();
    switch (place.kind()) {
      case NOTHING -> {
        Path folder = path.getParent();
        if (!Files.isDirectory(folder)) {
          throw new NoSuchFileException(path.toString());
        }
        if (!Files.isWritable(folder)) {
          throw new FileSystemException(
              path.toString(), null, "no permission to write in the directory " + folder);
        }
      }
      case DIRECTORY -> throw new FileSystemException(path.toString(), null, "it is a directory");
      case DESCRIPTOR -> {
        if (!Files.exists(path)) {
          throw new FileSystemException(path.toString(), null, "it is closed");
        }
      }
      default -> {
        if (!Files.isWritable(path)) {
          throw new AccessDeniedException(path.toString());
        }
      }
    }
  }

  /**
   * Creates a directory and its parents, unless it exists. It may be a link to a directory.
   *
   * @param folder the directory
   * @throws FileAlreadyExistsException if the path is a file
   */
  public static void createFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) { // Java 17 would reject a link
      Files.createDirectories(folder);
    }
  }

  /**
   * {@return whether a path is not a regular file but a pipe, a device or a descriptor}
   *
   * @param target the file
   * @throws IOException if the path cannot be resolved
   */
  public static boolean isSpecial(Path target) throws IOException {
    Destination.Kind kind = Destination.of(target).kind();
    return kind == Destination.Kind.SPECIAL || kind == Destination.Kind.DESCRIPTOR;
  }

  /**
   * {@return whether a path is the standard output of this process}
   *
   * @param target the file
   * @throws IOException if the path cannot be resolved
   */
  public static boolean isStandardOutput(Path target) throws IOException {
    return Destination.of(target).isStandardOutput();
  }

  /** {@return whether the output of this process is a pipe, whose reader may close it early} */
  public static boolean isStandardOutputPiped() {
    try {
      return Destination.of(Path.of("/dev/stdout")).isPipe();
    } catch (IOException e) {
      return false; // the standard output is closed or does not exist
    }
  }

  /**
   * Creates an empty file in the target's directory, or elsewhere if the target cannot be replaced.
   */
  private static Path fresh(Destination place) throws IOException {
    if (place.kind() == Destination.Kind.NOTHING || place.kind() == Destination.Kind.FILE) {
      String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
      Path beside = place.path().resolveSibling(".dovetail-" + random + ".part");
      try {
        // Has the permissions of new files, unlike Files.createTempFile.
        FileChannel.open(beside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE).close();
        return beside;
      } catch (FileSystemException e) {
        if (place.kind() == Destination.Kind.NOTHING) {
          throw e;
        }
      }
    }
    return Files.createTempFile("dovetail-", ".part");
  }

  /** Makes the new file readable only by users who can read the old one. */
  private void protect() throws IOException {
    if (destination.kind() == Destination.Kind.FILE
        && fresh.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Set<PosixFilePermission> permissions =
          replaces
              ? Files.getPosixFilePermissions(destination.path())
              : PosixFilePermissions.fromString("rw-------");
      Files.setPosixFilePermissions(fresh, permissions);
    }
  }

  /** {@return the empty file to write to} */
  public Path fresh() {
    return fresh;
  }

  /**
   * Opens the new file. Exceptions from writing contain the final name.
   *
   * @return the stream to write to
   * @throws IOException if the file cannot be opened
   */
  public OutputStream open() throws IOException {
    return new BufferedOutputStream(new Naming(Files.newOutputStream(fresh)), BUFFER);
  }

  private final class Naming extends FilterOutputStream {

    Naming(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        throw new OutputException(target, e);
      }
    }
  }

  /**
   * Moves the content to the target.
   *
   * @throws OutputException if that fails
   */
  public void commit() throws IOException {
    try {
      if (replaces) {
        protect(); // the writer may have recreated the file
        Files.move(
            fresh,
            destination.path(),
            StandardCopyOption.REPLACE_EXISTING,
            StandardCopyOption.ATOMIC_MOVE);
      } else {
        copy();
      }
    } catch (IOException e) {
      throw new OutputException(target, e);
    }
  }

  private void copy() throws IOException {
    OutputStream out = destination.open();
    try (out) {
      Files.copy(fresh, out);
    } catch (IOException e) {
      if (!destination.isPipe()) {
        throw e;
      }
    }
  }

  /** Deletes the file unless it was committed. */
  @Override
  public void close() {
    Temporary.delete(fresh);
  }

  /**
   * Returns whether an exception is a failure to write. Failures to read have another class or
   * contain a file name.
   */
  private boolean isOwn(IOException e) {
    return e.getClass() == IOException.class
        || e instanceof FileSystemException f && fresh.toString().equals(f.getFile());
  }
}
