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
 * A file that is written beside its place and moved there when it is whole: whoever fails on the
 * way leaves the earlier file as it was, and a reader never sees half of the new one.
 *
 * <p>A symbolic link is written through, and a file that is replaced keeps its permissions. Where a
 * new file cannot take the place, the content is copied there when it is whole: into a pipe, a
 * device or {@code /dev/stdout}, into a file with another owner or with hard links, and into one
 * whose folder may not be written to. A pipe whose reader went away has taken all that was wanted.
 */
public final class OutputFile implements Closeable {

  private static final int BUFFER = 1 << 16;

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {

    /**
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
   * Begins a new content for a file.
   *
   * @param target the file
   * @return the file, whose content is not there yet
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
   * Begins a new content that has a name of its own until it is whole. If the process is killed, it
   * is left there.
   *
   * @param target the file
   * @param unfinished beside it, which is replaced
   * @return the file, whose content is not there yet
   * @throws OutputException if it cannot be written
   */
  public static OutputFile create(Path target, Path unfinished) throws IOException {
    try {
      Destination destination = Destination.of(target);
      check(destination);
      Files.deleteIfExists(unfinished);
      FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE).close();
      return new OutputFile(target, destination, unfinished);
    } catch (IOException e) {
      throw new OutputException(target, e);
    }
  }

  /**
   * Writes a file in one step.
   *
   * @param target the file
   * @param content writes the content
   * @throws OutputException if it cannot be written
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
   * @throws OutputException if it cannot be written
   */
  public static void write(Path target, byte[] bytes) throws IOException {
    write(target, fresh -> Files.write(fresh, bytes));
  }

  /**
   * Makes sure, before long work, that a file can be written after it. Nothing is opened.
   *
   * @param target the file
   * @throws OutputException if it could not
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
              path.toString(), null, "there is no permission to write in the folder " + folder);
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
   * Makes a folder and those that it lies in, unless it is there; it may be a link to one.
   *
   * @param folder the folder
   * @throws FileAlreadyExistsException if there is a file instead
   */
  public static void createFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) { // Java 17 would refuse a link
      Files.createDirectories(folder);
    }
  }

  /**
   * {@return whether a name stands for no plain file: a pipe, a device, what a process has open}
   *
   * @param target the file
   * @throws IOException if the name cannot be looked up
   */
  public static boolean isSpecial(Path target) throws IOException {
    Destination.Kind kind = Destination.of(target).kind();
    return kind == Destination.Kind.SPECIAL || kind == Destination.Kind.DESCRIPTOR;
  }

  /**
   * {@return whether a name stands for the standard output of this process}
   *
   * @param target the file
   * @throws IOException if the name cannot be looked up
   */
  public static boolean isStandardOutput(Path target) throws IOException {
    return Destination.of(target).isStandardOutput();
  }

  /**
   * {@return whether what this process prints goes to another, which may go away when it has
   * enough}
   */
  public static boolean isStandardOutputPiped() {
    try {
      return Destination.of(Path.of("/dev/stdout")).isPipe();
    } catch (IOException e) {
      return false; // it is closed, or there is no such thing
    }
  }

  /** An empty file in the folder of the old one; elsewhere if the old one cannot be replaced. */
  private static Path fresh(Destination place) throws IOException {
    if (place.kind() == Destination.Kind.NOTHING || place.kind() == Destination.Kind.FILE) {
      String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
      Path beside = place.path().resolveSibling(".dovetail-" + random + ".part");
      try {
        // Unlike Files.createTempFile, with the permissions that new files have.
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

  /** Shows the new content to nobody who may not see the old. */
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
   * Opens the new file; what goes wrong in writing to it is said with the name that it will have.
   *
   * @return where to write
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
   * Puts what was written in its place.
   *
   * @throws OutputException if it could not
   */
  public void commit() throws IOException {
    try {
      if (replaces) {
        protect(); // the writer may have made the file anew
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

  /** Deletes what was not put in its place. */
  @Override
  public void close() {
    Temporary.delete(fresh);
  }

  /** Whether writing failed. What reading threw meanwhile has a class or the name of a file. */
  private boolean isOwn(IOException e) {
    return e.getClass() == IOException.class
        || e instanceof FileSystemException f && fresh.toString().equals(f.getFile());
  }
}
