package dev.dovetail.runtime;

import dev.dovetail.natives.CacheFolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder of weights that had to be rewritten (converted, joined, initialised), one file for each,
 * kept for later starts. The least recently used are deleted when all exceed a limit.
 *
 * @param folder where the files are; made when first needed
 * @param limit bytes, looked at when weights are bound
 */
public record DerivedFiles(Path folder, long limit) {

  private static final long STANDARD_LIMIT = 8L << 30;

  /** Younger files may be about to be read, by this process or another, and stay. */
  private static final Duration SAFE_AGE = Duration.ofMinutes(10);

  /** Writes what a file holds. */
  @FunctionalInterface
  interface Content {
    void writeTo(FileChannel out) throws IOException;
  }

  private record Entry(Path file, long bytes, FileTime used) {}

  /**
   * Up to 8 GiB in the {@linkplain CacheFolder#standard() cache folder}.
   *
   * @return the usual place, which is shared by all models
   */
  public static DerivedFiles standard() {
    return new DerivedFiles(CacheFolder.standard(), STANDARD_LIMIT);
  }

  /**
   * The file {@code name}, written now if it is not there. It appears whole or not at all, whatever
   * interrupts the writing and however many processes do it at once.
   */
  Path get(String name, Content content) throws IOException {
    Path file = folder.resolve(name);
    if (!Files.exists(file) || !touch(file)) {
      write(file, content);
    }
    return file;
  }

  /** Marks a file as used, if this process may; gives false if it went meanwhile. */
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
          "converted weights cannot be written to "
              + folder
              + ": "
              + e.getMessage()
              + "; set XDG_CACHE_HOME to keep them elsewhere",
          e);
    }
  }

  /** Deletes the least recently used files while all together exceed the limit. */
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
            // Another process deleted it meanwhile.
          }
        }
      }
    }
    entries.sort(Comparator.comparing(Entry::used).reversed());
    return entries;
  }
}
