package dev.dovetail.natives;

import java.io.IOException;
import java.net.URL;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Unpacks native libraries from jars to files. They are unpacked once to the cache directory, which
 * later starts reuse. Each start compares their sizes and CRC-32 with those of the jar, and
 * verifies that other users cannot write to the files and directories. If the cache is not usable,
 * the libraries are unpacked to a temporary directory that is deleted when the program ends.
 *
 * <p>Safe for concurrent use by threads and processes.
 */
public final class NativeLibraries {

  /** Directories that were not used for this long belong to removed versions. */
  private static final Duration KEPT = Duration.ofDays(30);

  /** Older unfinished files were left by a process that was killed. */
  private static final Duration WRITTEN = Duration.ofHours(1);

  private final String name;
  private final Class<?> owner;
  private final List<String> resources;
  private final Path cache;

  /** The directory of the libraries in this process, once they are needed. */
  private Path folder;

  /** The names of the unpacked files. */
  private final Set<String> placed = new HashSet<>();

  private String cacheProblem;

  /**
   * Creates an unpacker.
   *
   * @param name the name of the cache directory
   * @param owner a class loaded by the class loader of the jars
   * @param resources the absolute names of resource directories with libraries for this machine;
   *     the first directory that contains a library is used
   */
  public NativeLibraries(String name, Class<?> owner, String... resources) {
    this(name, owner, List.of(resources), CacheFolder.standard());
  }

  NativeLibraries(String name, Class<?> owner, List<String> resources, Path cache) {
    this.name = name;
    this.owner = owner;
    this.resources = resources;
    this.cache = cache.resolve("natives");
  }

  /**
   * Unpacks libraries that the jars contain. All are in one directory with the file names of the
   * system, so that they find each other.
   *
   * @param libraries names without prefix and extension, as in {@link System#loadLibrary}
   * @return the directory; empty if the jars contain none of them for this machine
   * @throws IOException if they can be written neither to the cache nor to the temporary directory
   */
  public Optional<Path> unpack(String... libraries) throws IOException {
    return unpackFiles(Stream.of(libraries).map(System::mapLibraryName).toList());
  }

  /**
   * Like {@link #unpack}, for libraries with other file names than those of the system.
   *
   * @param fileNames such as {@code libgomp.so.1}; the directory is named after the content of the
   *     first one that exists
   * @return the directory; empty if the jars contain none of them
   * @throws IOException if they can be written neither to the cache nor to the temporary directory
   */
  public synchronized Optional<Path> unpackFiles(List<String> fileNames) throws IOException {
    List<PackedLibrary> packed = packed(fileNames);
    if (packed.isEmpty()) {
      return Optional.empty();
    }
    if (folder != null) {
      place(packed, folder);
      return Optional.of(folder);
    }
    try {
      folder = cached(packed);
    } catch (IOException e) {
      cacheProblem = sentence(e);
      placed.clear();
      folder = temporary(packed);
    }
    return Optional.of(folder);
  }

  /** {@return the location of the libraries, to end a sentence with} */
  public synchronized String whereabouts() {
    if (folder == null) {
      return "not unpacked by Dovetail";
    }
    return cacheProblem == null
        ? "in " + folder
        : "unpacked at every start into " + folder.getParent() + ", because " + cacheProblem;
  }

  private List<PackedLibrary> packed(List<String> fileNames) throws IOException {
    List<PackedLibrary> packed = new ArrayList<>();
    for (String fileName : fileNames) {
      Optional<URL> url =
          resources.stream()
              .map(folder -> owner.getResource(folder + "/" + fileName))
              .filter(Objects::nonNull)
              .findFirst();
      if (url.isPresent()) {
        packed.add(PackedLibrary.of(url.get()));
      }
    }
    return packed;
  }

  private Path cached(List<PackedLibrary> packed) throws IOException {
    String id = HexFormat.of().toHexDigits(packed.get(0).content().crc());
    Path place = cache.resolve(name + "-" + id);
    if (!Files.isDirectory(place)) {
      CacheFolder.create(place);
      deleteUnused(cache, name + "-", KEPT);
    }
    CacheFolder.requirePrivate(place);
    Path real = place.toRealPath();
    place(packed, real);
    markUsed(real);
    return real;
  }

  private Path temporary(List<PackedLibrary> packed) throws IOException {
    try {
      Path place = Files.createTempDirectory("dovetail-" + name);
      // Deleted in reverse order: first the files, then the directory.
      place.toFile().deleteOnExit();
      place(packed, place);
      return place;
    } catch (IOException e) {
      throw new IOException(
          "native libraries can be unpacked neither to the cache, because "
              + cacheProblem
              + ", nor to the temporary directory, because "
              + sentence(e)
              + "; set XDG_CACHE_HOME to a directory that you own, with enough space and without"
              + " the mount option noexec",
          e);
    }
  }

  private void place(List<PackedLibrary> packed, Path place) throws IOException {
    List<PackedLibrary> missing = new ArrayList<>();
    for (PackedLibrary library : packed) {
      if (!placed.contains(library.fileName()) && !library.isIn(place)) {
        missing.add(library);
      }
    }
    if (!missing.isEmpty()) {
      deleteUnused(place, PackedLibrary.PART, WRITTEN);
      requireSpace(missing, place);
    }
    for (PackedLibrary library : missing) {
      library.writeTo(place);
    }
    for (PackedLibrary library : packed) {
      if (placed.contains(library.fileName())) {
        continue;
      }
      Path file = place.resolve(library.fileName());
      if (cacheProblem != null) {
        file.toFile().deleteOnExit();
      }
      // On Linux, this also checks the mount option noexec.
      if (!Files.isExecutable(file)) {
        throw new IOException(
            place + " is on a file system that does not allow executables (noexec)");
      }
      placed.add(library.fileName());
    }
  }

  /** Rejects unpacking that would fill the disk, before anything is written. */
  private static void requireSpace(List<PackedLibrary> missing, Path place) throws IOException {
    long needed = missing.stream().mapToLong(library -> library.content().bytes()).sum();
    long free = Files.getFileStore(place).getUsableSpace();
    if (free < needed) {
      throw new IOException(
          place + " has " + megabytes(free) + " free, but " + megabytes(needed) + " are needed");
    }
  }

  private static String megabytes(long bytes) {
    return Math.round(bytes / 1e6) + " MB";
  }

  private static String sentence(IOException e) {
    if (e instanceof AccessDeniedException denied) {
      return "permission denied: " + denied.getFile();
    }
    if (e instanceof FileSystemException system && system.getReason() != null) {
      return system.getFile() + ": " + system.getReason();
    }
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  private static void markUsed(Path place) {
    try {
      Files.setLastModifiedTime(place, FileTime.from(Instant.now()));
    } catch (IOException e) {
      // A read-only cache is not cleaned up.
    }
  }

  /** Deletes files with a prefix that were not used for some time, if possible. */
  private static void deleteUnused(Path parent, String prefix, Duration age) {
    Instant limit = Instant.now().minus(age);
    try (DirectoryStream<Path> all = Files.newDirectoryStream(parent, prefix + "*")) {
      for (Path unused : all) {
        if (Files.getLastModifiedTime(unused).toInstant().isBefore(limit)) {
          delete(unused);
        }
      }
    } catch (IOException e) {
      // Another process is deleting the files too, or they stay.
    }
  }

  private static void delete(Path root) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(root)) {
      all = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path p : all) {
      Files.deleteIfExists(p);
    }
  }
}
