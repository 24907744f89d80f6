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
 * The fixtures of a kind: folders in a part of the shared folder that hold a certain file. Which
 * there are decides what is tested, never a list in the tests; where there are none, one skipped
 * test says so.
 *
 * @param part where they are, such as {@code fixtures/comer}
 * @param file the file that makes a folder a fixture, such as {@code config.json}
 * @param what the kind, for the message where there are none
 * @param found sorted by path
 */
public record FixtureFolders(String part, String file, String what, List<Path> found) {

  /** All folders directly in {@code part}; one without {@code file} becomes a skipped test. */
  public static FixtureFolders in(String part, String file) {
    return new FixtureFolders(part, file, "folder", list(part, 1, Files::isDirectory));
  }

  /** The folders that hold {@code file}, at any depth of {@code part}. */
  public static FixtureFolders below(String part, String file) {
    List<Path> files =
        list(part, Integer.MAX_VALUE, path -> path.getFileName().toString().equals(file));
    return new FixtureFolders(
        part, file, "folder with " + file, files.stream().map(Path::getParent).sorted().toList());
  }

  private static List<Path> list(String part, int depth, Predicate<Path> wanted) {
    Path folder = SharedFolder.find(part).orElse(null);
    if (folder == null) {
      return List.of();
    }
    try (Stream<Path> paths = Files.walk(folder, depth)) {
      return paths.filter(p -> !p.equals(folder)).filter(wanted).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
  }

  /**
   * Those of a narrower kind.
   *
   * @param what the kind, such as {@code mask_rcnn fixture}
   * @param wanted asked of folders that hold the file
   */
  public FixtureFolders where(String what, Predicate<Path> wanted) {
    return new FixtureFolders(
        part, file, what, found.stream().filter(this::complete).filter(wanted).toList());
  }

  /** Those whose {@code config.json} has {@code "type": type}, as the fixtures' README says. */
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

  /** One test for every folder, called after it. */
  public Stream<DynamicTest> each(ThrowingConsumer<Path> test) {
    return flatEach(
        folder -> Stream.of(DynamicTest.dynamicTest(name(folder), () -> test.accept(folder))));
  }

  /** Any number of tests for every folder. */
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

  /** The path of a folder in the part, with slashes. */
  public String name(Path folder) {
    return SharedFolder.require(part).relativize(folder).toString().replace('\\', '/');
  }
}
