package dev.dovetail.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * The reference fixtures, models and data sets, by relative path such as {@code fixtures/comer}. A
 * path is searched for in {@code ../shared}, next to the project's root, and then in {@code
 * testing}, which contains the smallest fixtures. The system property {@code dovetail.shared}
 * specifies another directory, which replaces both.
 *
 * <p>A test without its fixture is skipped, with a message that contains the searched locations.
 * With the system property {@code dovetail.shared.required} it fails instead, so that continuous
 * integration with the whole directory cannot pass without comparing anything.
 */
public final class SharedFolder {

  private static final Set<String> PRINTED = ConcurrentHashMap.newKeySet();

  private SharedFolder() {}

  /** Returns the directories to search, in order. They may not exist. */
  public static List<Path> roots() {
    String property = System.getProperty("dovetail.shared", "");
    if (!property.isBlank()) {
      // Tests run in their module's directory, but relative paths refer to the project's root.
      return List.of(projectRoot().resolve(property).normalize());
    }
    return List.of(projectRoot().resolveSibling("shared"), projectRoot().resolve("testing"));
  }

  /**
   * Returns the root of the multi-module project, regardless of the module in which the tests run.
   */
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

  /** Returns the file or directory {@code part} in the first root that contains it. */
  public static Optional<Path> find(String part) {
    return roots().stream().map(root -> root.resolve(part)).filter(Files::exists).findFirst();
  }

  /**
   * Returns the file or directory {@code part}, or skips the running test if it is missing.
   *
   * @param part a relative path such as {@code fixtures/eval/rle_codec}
   */
  public static Path require(String part) {
    Optional<Path> found = find(part);
    if (found.isEmpty()) {
      skip(missing(part));
    }
    return found.orElseThrow();
  }

  /** Returns a message that {@code part} is missing, with the searched locations. */
  private static String missing(String part) {
    List<String> roots = roots().stream().map(Path::toString).toList();
    return "no " + part + " in " + String.join(" or ", roots);
  }

  /**
   * Returns a message that a part contains nothing of a kind, with the searched location.
   *
   * @param what the kind, such as {@code mask_rcnn fixture}
   */
  public static String missing(String part, String what) {
    Optional<Path> found = find(part);
    if (found.isEmpty()) {
      return missing(part);
    }
    boolean first = found.get().startsWith(roots().get(0));
    return ("no " + what + " in " + found.get())
        + (first ? "" : "; the complete collection is expected in " + roots().get(0).resolve(part));
  }

  /**
   * Skips the running test, or fails it if all fixtures are required.
   *
   * @param reason what is missing, with the searched locations
   */
  public static void skip(String reason) {
    if (Boolean.getBoolean("dovetail.shared.required")) {
      Assertions.fail(reason + " (failed because of -Ddovetail.shared.required)");
    }
    if (PRINTED.add(reason)) {
      System.out.println("Skipped: " + reason);
    }
    Assumptions.abort(reason);
  }
}
