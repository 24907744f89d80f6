package dev.dovetail.files;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;

/**
 * The destination of a file name after its symbolic links are followed.
 *
 * @param path absolute, and not a symbolic link unless it is a descriptor
 * @param kind the kind of file at the path
 */
record Destination(Path path, Kind kind) {

  /** The kind of file at a path. */
  enum Kind {
    /** The path does not exist yet. */
    NOTHING,
    /** A regular file. */
    FILE,
    /** A directory, which cannot be written as a file. */
    DIRECTORY,
    /** A pipe, device or socket. */
    SPECIAL,
    /** A file descriptor of a process: {@code /dev/stdout}, {@code /dev/fd/3}. */
    DESCRIPTOR
  }

  /** The maximum number of links, as in Linux. */
  private static final int MOST_LINKS = 40;

  private static final int FILE_TYPE = 0170000;
  private static final int FIFO = 0010000;
  private static final int SOCKET = 0140000;

  /**
   * Follows the symbolic links of a name.
   *
   * @throws FileSystemException if the links form a cycle
   */
  static Destination of(Path name) throws IOException {
    Path path = name.toAbsolutePath();
    for (int links = 0; ; links++) {
      if (isDescriptor(path)) {
        return new Destination(path, Kind.DESCRIPTOR);
      }
      if (!Files.isSymbolicLink(path)) {
        break;
      }
      if (links == MOST_LINKS) {
        throw new FileSystemException(path.toString(), null, "its symbolic links form a cycle");
      }
      path = path.resolveSibling(Files.readSymbolicLink(path));
    }
    try {
      BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class);
      return new Destination(
          path,
          found.isRegularFile() ? Kind.FILE : found.isDirectory() ? Kind.DIRECTORY : Kind.SPECIAL);
    } catch (NoSuchFileException e) {
      return new Destination(path, Kind.NOTHING);
    }
  }

  /**
   * Returns whether the path is a file descriptor of a process. Replacing it would not reach the
   * open file.
   */
  private static boolean isDescriptor(Path path) throws IOException {
    Path folder = path.getParent();
    return folder != null
        && Files.isDirectory(folder)
        && folder.toRealPath().toString().matches("/dev/fd|/proc/.*/fd");
  }

  /** Returns whether this is the standard output of this process. */
  boolean isStandardOutput() throws IOException {
    if (kind != Kind.DESCRIPTOR || !path.endsWith("1")) {
      return false;
    }
    Path folder = path.getParent().toRealPath();
    return folder.startsWith("/dev")
        || folder.equals(Path.of("/proc", Long.toString(ProcessHandle.current().pid()), "fd"));
  }

  /** Returns whether this is a pipe or socket, whose reader may close it early. */
  boolean isPipe() throws IOException {
    Object mode = unix(path, "mode").get("mode");
    int type = mode == null ? 0 : (int) mode & FILE_TYPE;
    return type == FIFO || type == SOCKET;
  }

  /** Returns whether replacing this file by a new one changes only its content. */
  boolean isReplaceableBy(Path fresh) throws IOException {
    if (kind == Kind.NOTHING) {
      return true;
    }
    Map<String, Object> old = unix(path, "nlink,uid,gid");
    Map<String, Object> other = unix(fresh, "nlink,uid,gid");
    return kind == Kind.FILE && old.equals(other);
  }

  /** Returns file attributes of Unix; empty on other systems. */
  private static Map<String, Object> unix(Path file, String names) throws IOException {
    return file.getFileSystem().supportedFileAttributeViews().contains("unix")
        ? Files.readAttributes(file, "unix:" + names)
        : Map.of();
  }

  /**
   * Opens the file for writing. A descriptor continues at its current position; other files are
   * truncated.
   */
  OutputStream open() throws IOException {
    if (isStandardOutput()) {
      return new StandardOutput();
    }
    return switch (kind) {
      case DESCRIPTOR ->
          Files.newOutputStream(path, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
      case SPECIAL -> Files.newOutputStream(path, StandardOpenOption.WRITE);
      default ->
          Files.newOutputStream(
              path, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
    };
  }

  /** The standard output. Closing this stream leaves it open for further output of the program. */
  private static final class StandardOutput extends FilterOutputStream {

    StandardOutput() {
      super(new FileOutputStream(FileDescriptor.out));
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
