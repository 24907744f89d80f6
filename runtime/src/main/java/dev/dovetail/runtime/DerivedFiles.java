package dev.dovetail.runtime;

import dev.dovetail.natives.CacheFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URL;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * A cache directory for weights that had to be converted, concatenated, initialized or unpacked.
 * Each of them is a file, which later runs reuse. If all files together exceed a limit, the least
 * recently used ones are deleted.
 *
 * @param folder the directory of the files, created when it is first needed
 * @param limit the maximum size of all files in bytes, checked when weights are bound
 */
public record DerivedFiles(Path folder, long limit) {

  private static final long STANDARD_LIMIT = 8L << 30;

  private static final int NAME_DIGITS = 16;

  /** Younger files are never deleted, since this or another process may be about to read them. */
  private static final Duration SAFE_AGE = Duration.ofMinutes(10);

  /** Writes the content of a file. */
  @FunctionalInterface
  interface Content {
    void writeTo(FileChannel out) throws IOException;
  }

  private record Entry(Path file, long bytes, FileTime used) {}

  /**
   * Returns the default directory, which all models share: up to 8 GiB in the {@linkplain
   * CacheFolder#standard() cache directory}.
   */
  public static DerivedFiles standard() {
    return new DerivedFiles(CacheFolder.standard(), STANDARD_LIMIT);
  }

  /**
   * Returns the file {@code name} and writes it first if it does not exist. The file is written
   * atomically, even if the process is killed or several processes write it at the same time.
   */
  Path get(String name, Content content) throws IOException {
    Path file = folder.resolve(name);
    if (!Files.exists(file) || !touch(file)) {
      write(file, content);
    }
    return file;
  }

  /**
   * {@return a file with the content of a resource} A resource in a jar is unpacked, unless an
   * intact copy exists.
   *
   * @param resource the resource, such as weights on the class path
   * @param name the end of the file name, including the extension; the hash of the content precedes
   *     it
   * @throws IOException if the resource cannot be read or the file cannot be written
   */
  public Path unpacked(URL resource, String name) throws IOException {
    if (resource.getProtocol().equals("file")) {
      return Path.of(URI.create(resource.toString()));
    }
    String hash = sha256(resource.openStream());
    Path file = folder.resolve(hash.substring(0, NAME_DIGITS) + "-" + name);
    if (Files.isRegularFile(file) && !hash.equals(sha256(Files.newInputStream(file)))) {
      Files.deleteIfExists(file);
    }
    return get(
        file.getFileName().toString(),
        out -> {
          try (InputStream in = resource.openStream()) {
            in.transferTo(Channels.newOutputStream(out));
          }
        });
  }

  /** Returns the hash of a stream and closes the stream. */
  private static String sha256(InputStream stream) throws IOException {
    try (InputStream in = stream) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform supports SHA-256", e);
    }
  }

  /** Marks a file as used, if permitted. Returns false if the file was deleted in the meantime. */
  private static boolean touch(Path file) throws IOException {
    try {
      Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
      return true;
    } catch (NoSuchFileException e) {
      return false;
    } catch (AccessDeniedException e) {
      return true;
    }
  }

  private void write(Path file, Content content) throws IOException {
    Path part = null;
    try {
      CacheFolder.create(folder);
      part = Files.createTempFile(folder, "part", ".tmp");
      try (FileChannel out =
          FileChannel.open(part, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        content.writeTo(out);
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (part != null) {
        Files.deleteIfExists(part);
      }
      throw new IOException(
          "cannot cache weights in "
              + folder
              + ": "
              + e.getMessage()
              + "; set XDG_CACHE_HOME to use another directory",
          e);
    }
  }

  /** Deletes the least recently used files until the rest is within the limit. */
  void trim() throws IOException {
    Instant safe = Instant.now().minus(SAFE_AGE);
    long total = 0;
    for (Entry e : newestFirst()) {
      total += e.bytes();
      if (total > limit && e.used().toInstant().isBefore(safe)) {
        Files.deleteIfExists(e.file());
      }
    }
  }

  private List<Entry> newestFirst() throws IOException {
    List<Entry> entries = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : (Iterable<Path>) files::iterator) {
          try {
            var a = Files.readAttributes(file, BasicFileAttributes.class);
            if (a.isRegularFile()) {
              entries.add(new Entry(file, a.size(), a.lastModifiedTime()));
            }
          } catch (NoSuchFileException e) {
            // Another process has deleted it.
          }
        }
      }
    }
    entries.sort(Comparator.comparing(Entry::used).reversed());
    return entries;
  }
}
