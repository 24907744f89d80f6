package dev.dovetail.cli;

import dev.dovetail.natives.Platform;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds jars with native libraries that the launcher adds on first use. The jars are inspected but
 * not loaded.
 */
final class NativeJars {

  private final String platform;
  private final List<Path> places;

  /**
   * Searches these places.
   *
   * @param machine the platform of the libraries
   * @param places jars, and directories of jars
   */
  NativeJars(Platform machine, List<Path> places) {
    this.platform = artifact(machine);
    this.places = places;
  }

  /**
   * {@return the places to search for a module's jars: the class path, and the launcher's
   * directory}
   *
   * @param part the module
   */
  static List<Path> places(String part) {
    List<Path> places = new ArrayList<>(paths(System.getProperty("java.class.path", "")));
    String home = System.getProperty("dovetail.home");
    if (home != null) {
      places.add(Path.of(home, part, "target", "app", "lib"));
    }
    return places;
  }

  /** Returns the publisher's name for a platform. */
  private static String artifact(Platform machine) {
    String system = machine.system().equals("osx") ? "macosx" : machine.system();
    String processor = machine.processor().equals("aarch64") ? "arm64" : machine.processor();
    return system + "-" + processor;
  }

  /** {@return the paths of a list such as a class path} */
  static List<Path> paths(String list) {
    return Stream.of(list.split(Pattern.quote(File.pathSeparator)))
        .filter(path -> !path.isEmpty())
        .map(Path::of)
        .toList();
  }

  /** {@return the suffix of this machine's jars} */
  String platform() {
    return platform;
  }

  /** Finds the jar with an artifact's libraries by its file name. */
  Optional<Path> find(String artifact) throws IOException {
    String start = artifact + "-";
    String end = "-" + platform + ".jar";
    for (Path place : places) {
      Optional<Path> jar =
          first(
              place,
              file -> {
                String name = file.getFileName().toString();
                return name.startsWith(start) && name.endsWith(end);
              });
      if (jar.isPresent()) {
        return jar;
      }
    }
    return Optional.empty();
  }

  /** {@return the version in the file name of a jar} */
  String version(Path jar) {
    String name = jar.getFileName().toString();
    return name.substring(name.indexOf('-') + 1, name.indexOf("-" + platform));
  }

  /** Returns the first matching file: the place itself, or a file in that directory. */
  static Optional<Path> first(Path place, DirectoryStream.Filter<Path> kind) throws IOException {
    if (Files.isDirectory(place)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(place, kind)) {
        for (Path file : files) {
          return Optional.of(file);
        }
      } catch (IOException e) {
        return Optional.empty(); // An unreadable directory cannot be loaded from either.
      }
    }
    return Files.isRegularFile(place) && kind.accept(place) ? Optional.of(place) : Optional.empty();
  }

  /** {@return a formatted number of bytes} */
  static String megabytes(long bytes) {
    return Math.round(bytes / 1e6) + " MB";
  }
}
