package dev.dovetail.models.remote;

import dev.dovetail.files.HttpFile;
import dev.dovetail.files.HttpStatusException;
import dev.dovetail.natives.CacheFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A downloaded file in the cache. The file appears under its name when it is complete and has the
 * right checksum, which is stored beside it. The data of an interrupted download is kept, so that
 * the next download resumes.
 *
 * @param path path of the file, which may not exist yet
 */
record KeptFile(Path path) {

  /** The number of bytes that show whether a file is a web page. */
  private static final int LOOK = 256;

  /** Locks within this process, since file locks are per process. */
  private static final Object OWN_PROCESS = new Object();

  boolean isThere() {
    return Files.isRegularFile(path);
  }

  private Path beside(String ending) {
    return path.resolveSibling(path.getFileName() + ending);
  }

  /** Returns the checksum that the file had when it was downloaded. */
  String sha256() throws IOException {
    return Files.readString(beside(".sha256")).strip();
  }

  /**
   * Rejects a file with another checksum.
   *
   * @param expected the first digits of the checksum; empty if unknown
   */
  void require(Optional<String> expected) throws IOException {
    if (expected.isPresent() && !sha256().startsWith(expected.get())) {
      throw new IOException(
          path
              + " has the SHA-256 "
              + sha256()
              + ", expected "
              + expected.get()
              + "…; delete the file to"
              + " download it again");
    }
  }

  /** Downloads the file unless another process does so at the same time. */
  void download(HttpFile from, Optional<String> expected, RemoteWeights.Listener listener)
      throws IOException {
    try {
      CacheFolder.create(path.getParent());
      synchronized (OWN_PROCESS) {
        try (FileChannel lock =
            FileChannel.open(
                beside(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
          lock.lock();
          if (!isThere()) {
            locked(from, expected, listener);
          }
        }
      }
    } catch (FileSystemException e) {
      throw new IOException(
          "weights cannot be saved in "
              + path.getParent()
              + ": "
              + e.getMessage()
              + "; set XDG_CACHE_HOME to another directory",
          e);
    }
  }

  private void locked(HttpFile from, Optional<String> expected, RemoteWeights.Listener listener)
      throws IOException {
    Path part = beside(".part");
    try {
      from.download(part, listener.downloading(from.uri().toString()));
    } catch (HttpStatusException | FileSystemException e) {
      throw e;
    } catch (IOException e) {
      if (Files.exists(part) && Files.size(part) > 0) {
        throw new IOException(
            e.getMessage() + "; the partial download is kept, run the same command again to resume",
            e.getCause());
      }
      throw e;
    }
    if (isWebPage(part)) {
      Files.delete(part);
      throw new IOException(
          from.uri() + " is a web page, not a checkpoint; copy the address of the file itself");
    }
    String sha256 = Checksum.of(part);
    if (expected.isPresent() && !sha256.startsWith(expected.get())) {
      Files.delete(part);
      throw new IOException(
          from.uri()
              + " has the SHA-256 "
              + sha256
              + ", expected "
              + expected.get()
              + "; the file is damaged or a different one, and was deleted");
    }
    Files.writeString(beside(".sha256"), sha256 + "\n");
    Files.move(part, path, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Servers send one if a file was removed or requires an account. */
  private static boolean isWebPage(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      String start = new String(in.readNBytes(LOOK), StandardCharsets.ISO_8859_1).stripLeading();
      return start.regionMatches(true, 0, "<!doctype html", 0, 14)
          || start.regionMatches(true, 0, "<html", 0, 5);
    }
  }
}
