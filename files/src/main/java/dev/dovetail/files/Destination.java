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
 * Where a name leads: the path behind its symbolic links, and what is there.
 *
 * @param path absolute, and no symbolic link unless it is a descriptor
 * @param kind what is there
 */
record Destination(Path path, Kind kind) {

  /** What is found at a path. */
  enum Kind {
    /** Nothing yet. */
    NOTHING,
    /** A plain file. */
    FILE,
    /** A directory, which is not a file to write. */
    DIRECTORY,
    /** A pipe, a device, a socket. */
    SPECIAL,
    /** What a process has open, whatever it is: {@code /dev/stdout}, {@code /dev/fd/3}. */
    DESCRIPTOR
  }

  /** As many links as Linux follows. */
  private static final int MOST_LINKS = 40;

  private static final int FILE_TYPE = 0170000;
  private static final int FIFO = 0010000;
  private static final int SOCKET = 0140000;

  /**
   * Follows a name.
   *
   * @throws FileSystemException if its links lead in a circle
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
        throw new FileSystemException(path.toString(), null, "its symbolic links lead in a circle");
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

  /** Whether the path stands for what a process has open: who replaced it would miss that. */
  private static boolean isDescriptor(Path path) throws IOException {
    Path folder = path.getParent();
    return folder != null
        && Files.isDirectory(folder)
        && folder.toRealPath().toString().matches("/dev/fd|/proc/.*/fd");
  }

  /** Whether this is the standard output of this process. */
  boolean isStandardOutput() throws IOException {
    if (kind != Kind.DESCRIPTOR || !path.endsWith("1")) {
      return false;
    }
    Path folder = path.getParent().toRealPath();
    return folder.startsWith("/dev")
        || folder.equals(Path.of("/proc", Long.toString(ProcessHandle.current().pid()), "fd"));
  }

  /** Whether a reader takes what is written here, who may go away when it has enough. */
  boolean isPipe() throws IOException {
    Object mode = unix(path, "mode").get("mode");
    int type = mode == null ? 0 : (int) mode & FILE_TYPE;
    return type == FIFO || type == SOCKET;
  }

  /** Whether a new file may take the place of this one and nothing but the bytes would change. */
  boolean isReplaceableBy(Path fresh) throws IOException {
    if (kind == Kind.NOTHING) {
      return true;
    }
    Map<String, Object> old = unix(path, "nlink,uid,gid");
    Map<String, Object> other = unix(fresh, "nlink,uid,gid");
    return kind == Kind.FILE && old.equals(other);
  }

  /** What only Unix knows of a file; nothing elsewhere. */
  private static Map<String, Object> unix(Path file, String names) throws IOException {
    return file.getFileSystem().supportedFileAttributeViews().contains("unix")
        ? Files.readAttributes(file, "unix:" + names)
        : Map.of();
  }

  /** Opens what is there to be filled anew; an open descriptor goes on where it is. */
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

  /** Stays open: the program has more to say. */
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
