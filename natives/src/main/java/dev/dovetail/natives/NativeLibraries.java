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
 * The native libraries that jars bring, as files that can be loaded. They are unpacked once into
 * the cache folder and used from there by later starts. Each start compares their bytes with the
 * jar's, by number and CRC-32, and looks whether the files and the folders above are closed to
 * other users. Where the cache cannot be used they are unpacked for this start alone, into a
 * temporary folder that is deleted when the program ends.
 *
 * <p>Safe for several threads and processes.
 */
public final class NativeLibraries {

  /** Folders that were not used for so long belong to versions that are gone. */
  private static final Duration KEPT = Duration.ofDays(30);

  /** Nobody writes a library for so long; what is older was left by a start that was killed. */
  private static final Duration WRITTEN = Duration.ofHours(1);

  private final String name;
  private final Class<?> owner;
  private final List<String> resources;
  private final Path cache;

  /** Where this start's libraries are, once they are needed. */
  private Path folder;

  /** The names of the files that are there. */
  private final Set<String> placed = new HashSet<>();

  private String cacheProblem;

  /**
   * @param name what the folder is called by
   * @param owner a class that the class loader of the jars has loaded
   * @param resources the absolute names of the folders in the jars that hold the libraries of this
   *     machine; the first that has a library gives it
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
   * Makes files of those libraries that the jars have. All lie in one folder, with the names that
   * the system gives libraries, so that they find each other.
   *
   * @param libraries without prefix and ending, as {@link System#loadLibrary} takes them
   * @return the folder; empty if the jars have none of them for this machine
   * @throws IOException if they can be written neither to the cache nor to the temporary folder
   */
  public Optional<Path> unpack(String... libraries) throws IOException {
    return unpackFiles(Stream.of(libraries).map(System::mapLibraryName).toList());
  }

  /**
   * As {@link #unpack}, of libraries whose names are not made as the system makes them.
   *
   * @param fileNames such as {@code libgomp.so.1}; the folder is named after the content of the
   *     first that there is
   * @return the folder; empty if the jars have none of them
   * @throws IOException if they can be written neither to the cache nor to the temporary folder
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

  /** {@return whether and where the libraries are kept, as a part of a sentence} */
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
      // Deleted in reverse order: what is in it, then the folder.
      place.toFile().deleteOnExit();
      place(packed, place);
      return place;
    } catch (IOException e) {
      throw new IOException(
          "native libraries can be unpacked neither into the cache, because "
              + cacheProblem
              + ", nor into the temporary folder, because "
              + sentence(e)
              + "; set XDG_CACHE_HOME to a folder of your own that has the space and may hold programs",
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
      // Of Linux this asks for the mount option noexec too.
      if (!Files.isExecutable(file)) {
        throw new IOException(place + " is on a file system that forbids programs (noexec)");
      }
      placed.add(library.fileName());
    }
  }

  /** Refuses before anything is written what would fill the disk and fail at its end. */
  private static void requireSpace(List<PackedLibrary> missing, Path place) throws IOException {
    long needed = missing.stream().mapToLong(library -> library.content().bytes()).sum();
    long free = Files.getFileStore(place).getUsableSpace();
    if (free < needed) {
      throw new IOException(
          place + " has " + megabytes(free) + " free, and " + megabytes(needed) + " are needed");
    }
  }

  private static String megabytes(long bytes) {
    return Math.round(bytes / 1e6) + " MB";
  }

  private static String sentence(IOException e) {
    if (e instanceof AccessDeniedException denied) {
      return "there is no permission for " + denied.getFile();
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
      // A cache that is only read is not cleaned up either.
    }
  }

  /** Deletes what begins with {@code prefix} and was not used for so long, if it can be. */
  private static void deleteUnused(Path parent, String prefix, Duration age) {
    Instant limit = Instant.now().minus(age);
    try (DirectoryStream<Path> all = Files.newDirectoryStream(parent, prefix + "*")) {
      for (Path unused : all) {
        if (Files.getLastModifiedTime(unused).toInstant().isBefore(limit)) {
          delete(unused);
        }
      }
    } catch (IOException e) {
      // Another start deletes them too, or they stay.
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
