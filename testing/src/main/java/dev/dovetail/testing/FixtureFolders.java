package dev.dovetail.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.ThrowingConsumer;

/**
 * Fixtures of one kind: the subdirectories of the shared directory that contain a certain file. The
 * existing directories determine the tests; tests do not list them. If there are none, a single
 * skipped test reports that.
 *
 * @param part their relative location, such as {@code fixtures/comer}
 * @param file the file that identifies a fixture, such as {@code config.json}
 * @param what the kind, for the message if there are none
 * @param found the directories, sorted by path
 */
public record FixtureFolders(String part, String file, String what, List<Path> found) {

  /**
   * Returns all direct subdirectories of {@code part}. A directory without {@code file} becomes a
   * skipped test.
   */
  public static FixtureFolders in(String part, String file) {
    return new FixtureFolders(part, file, "folder", list(part, 1, Files::isDirectory));
  }

  /** Returns the directories that contain {@code file}, at any depth of {@code part}. */
  public static FixtureFolders below(String part, String file) {
    List<Path> files =
        list(part, Integer.MAX_VALUE, path -> path.getFileName().toString().equals(file));
    return new FixtureFolders(
        part,
        file,
        "directory with " + file,
        files.stream().map(Path::getParent).sorted().toList());
  }

  private static List<Path> list(String part, int depth, Predicate<Path> condition) {
    Path folder = SharedFolder.find(part).orElse(null);
    if (folder == null) {
      return List.of();
    }
    try (Stream<Path> paths = Files.walk(folder, depth)) {
      return paths.filter(p -> !p.equals(folder)).filter(condition).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
  }

  /**
   * Returns the fixtures that match a condition.
   *
   * @param what their kind, such as {@code mask_rcnn fixture}
   * @param condition the condition, evaluated for directories that contain the file
   */
  public FixtureFolders where(String what, Predicate<Path> condition) {
    return new FixtureFolders(
        part, file, what, found.stream().filter(this::complete).filter(condition).toList());
  }

  /**
   * Returns the fixtures whose {@code config.json} contains {@code "type": type}, as the README of
   * the fixtures specifies.
   */
  public FixtureFolders ofType(String type) {
    return where(
        type + " fixture",
        folder ->
            text(folder.resolve("config.json"))
                .matches("(?s).*\"type\"\\s*:\\s*\"" + type + "\".*"));
  }

  private static String text(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean complete(Path folder) {
    return Files.exists(folder.resolve(file));
  }

  /** Creates one test per directory, named after it. */
  public Stream<DynamicTest> each(ThrowingConsumer<Path> test) {
    return flatEach(
        folder -> Stream.of(DynamicTest.dynamicTest(name(folder), () -> test.accept(folder))));
  }

  /** Creates any number of tests per directory. */
  public Stream<DynamicTest> flatEach(Function<Path, Stream<DynamicTest>> tests) {
    List<DynamicTest> all = found.stream().flatMap(folder -> all(folder, tests)).toList();
    return all.isEmpty()
        ? Stream.of(
            DynamicTest.dynamicTest(
                part, () -> SharedFolder.skip(SharedFolder.missing(part, what))))
        : all.stream();
  }

  private Stream<DynamicTest> all(Path folder, Function<Path, Stream<DynamicTest>> tests) {
    return complete(folder)
        ? tests.apply(folder)
        : Stream.of(
            DynamicTest.dynamicTest(
                name(folder), () -> SharedFolder.skip(folder + " has no " + file)));
  }

  /** Returns the relative path of a directory in the part, separated by slashes. */
  public String name(Path folder) {
    return SharedFolder.require(part).relativize(folder).toString().replace('\\', '/');
  }
}
