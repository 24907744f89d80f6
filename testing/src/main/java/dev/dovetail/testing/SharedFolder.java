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
 * The reference fixtures, models and data sets, by relative paths such as {@code fixtures/comer}. A
 * part is looked for in {@code ../shared} beside the project's root and then in {@code testing},
 * where the project has the smallest fixtures of its own. The system property {@code
 * dovetail.shared} names another folder, which is then the only one.
 *
 * <p>A test whose part is missing is skipped, with one line that says what is missing and where it
 * was looked for. With the system property {@code dovetail.shared.required} it fails instead, so
 * that continuous integration with the whole folder never passes by having compared nothing.
 */
public final class SharedFolder {

  private static final Set<String> PRINTED = ConcurrentHashMap.newKeySet();

  private SharedFolder() {}

  /** The folders that parts are looked for in, in this order. They need not exist. */
  public static List<Path> roots() {
    String property = System.getProperty("dovetail.shared", "");
    if (!property.isBlank()) {
      // Tests run in their module's folder; whoever named the folder stood in the project's root.
      return List.of(projectRoot().resolve(property).normalize());
    }
    return List.of(projectRoot().resolveSibling("shared"), projectRoot().resolve("testing"));
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

  /** The file or folder {@code part}, in the first folder that has it. */
  public static Optional<Path> find(String part) {
    return roots().stream().map(root -> root.resolve(part)).filter(Files::exists).findFirst();
  }

  /**
   * The file or folder {@code part}; skips the running test where it is missing.
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

  /** That {@code part} was found nowhere, and where it was looked for. */
  private static String missing(String part) {
    List<String> roots = roots().stream().map(Path::toString).toList();
    return "no " + part + " in " + String.join(" or ", roots);
  }

  /**
   * That a part has nothing of a kind, and where it was looked for.
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
        + (first ? "" : "; the whole collection would be in " + roots().get(0).resolve(part));
  }

  /**
   * Skips the running test, or fails it where the whole folder is required.
   *
   * @param reason what is missing, and where it was looked for
   */
  public static void skip(String reason) {
    if (Boolean.getBoolean("dovetail.shared.required")) {
      Assertions.fail(reason + " (-Ddovetail.shared.required makes this a failure)");
    }
    if (PRINTED.add(reason)) {
      System.out.println("Skipped: " + reason);
    }
    Assumptions.abort(reason);
  }
}
