package dev.dovetail.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.ThrowingConsumer;

/**
 * The folder with the reference fixtures, models and data sets: {@code ../shared} beside the
 * project's root, or the folder that the system property {@code dovetail.shared} names.
 *
 * <p>A part that is missing skips its tests with a message. Where the environment variable {@code
 * CI} is set and the default folder is in use it fails them instead, so that continuous integration
 * never passes by having compared nothing.
 */
public final class SharedFolder {

  private SharedFolder() {}

  /** The folder itself, which need not exist. */
  public static Path root() {
    String property = System.getProperty("dovetail.shared", "");
    if (!property.isBlank()) {
      // Tests run in their module's folder; whoever named the folder stood in the project's root.
      return projectRoot().resolve(property).normalize();
    }
    return projectRoot().resolveSibling("shared");
  }

  /** The root of the multi-module project, whatever module's folder the tests run in. */
  public static Path projectRoot() {
    String property = System.getProperty("dovetail.root", "");
    Path start = Path.of(property).toAbsolutePath().normalize();
    for (Path p = start; p != null; p = p.getParent()) {
      if (Files.exists(p.resolve("mvnw"))) {
        return p;
      }
    }
    return start;
  }

  /**
   * The file or folder {@code part} of the shared folder; skips the running test where it is
   * missing, or fails it in continuous integration.
   *
   * @param part a relative path such as {@code fixtures/comer}
   */
  public static Path require(String part) {
    Path path = root().resolve(part);
    if (!Files.exists(path)) {
      String message = "no " + path + ": the tests that compare with it are left out";
      if (System.getenv("CI") != null && System.getProperty("dovetail.shared", "").isBlank()) {
        Assertions.fail(message + ", which continuous integration does not allow");
      }
      Assumptions.abort(message);
    }
    return path;
  }

  /**
   * One test for every folder directly below {@code part}, by name; a single skipped (or, in
   * continuous integration, failed) test where {@code part} is missing.
   */
  public static Stream<DynamicTest> eachDirectory(String part, ThrowingConsumer<Path> test) {
    if (!Files.isDirectory(root().resolve(part))) {
      return Stream.of(DynamicTest.dynamicTest(part, () -> require(part)));
    }
    return directories(part).stream()
        .map(d -> DynamicTest.dynamicTest(d.getFileName().toString(), () -> test.accept(d)));
  }

  /** The folders directly below {@code part}, sorted by name; none where it is missing. */
  public static List<Path> directories(String part) {
    Path folder = root().resolve(part);
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(Files::isDirectory).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
  }
}
