package dev.dovetail.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Suggests the most likely correction of a misspelled name. */
public final class DidYouMean {

  private static final int SHOWN = 12;

  private DidYouMean() {}

  /**
   * {@return " (did you mean 'x'?)", or the list of known names if none is similar}
   *
   * @param wrong the unknown name
   * @param known the known names
   */
  public static String hint(String wrong, Collection<String> known) {
    return hint("", wrong, known);
  }

  /**
   * {@return the hint for the last element of a dotted name}
   *
   * @param before the preceding elements, such as {@code head.}
   * @param wrong the unknown last element
   * @param known the known last elements
   */
  public static String hint(String before, String wrong, Collection<String> known) {
    Optional<String> near = nearest(wrong, known);
    if (near.isPresent()) {
      return question(before + near.get());
    }
    String some = String.join(", ", known.stream().limit(SHOWN).toList());
    int more = known.size() - SHOWN;
    return " (known: " + some + (more > 0 ? " and " + more + " more)" : ")");
  }

  /**
   * {@return only the suggestion; empty if no name is similar}
   *
   * @param wrong the unknown name
   * @param known the known names
   */
  public static String near(String wrong, Collection<String> known) {
    return nearest(wrong, known).map(DidYouMean::question).orElse("");
  }

  /**
   * {@return the suggestion of an existing path that is similar to a missing one}
   *
   * @param missing the path, in which a file or directory name is wrong
   */
  public static String near(Path missing) {
    Path at = missing.toAbsolutePath().normalize();
    Path rest = Path.of("");
    while (at.getParent() != null && !Files.isDirectory(at.getParent())) {
      rest = at.getFileName().resolve(rest);
      at = at.getParent();
    }
    Path folder = at.getParent();
    if (folder == null) {
      return "";
    }
    Path below = rest;
    return nearest(at.getFileName().toString(), names(folder))
        .map(name -> folder.resolve(name).resolve(below))
        .filter(Files::exists)
        .map(found -> missing.isAbsolute() ? found : Path.of("").toAbsolutePath().relativize(found))
        .map(found -> question(found.toString()))
        .orElse("");
  }

  private static List<String> names(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .toList();
    } catch (IOException | UncheckedIOException e) {
      return List.of(); // a directory that cannot be listed offers no suggestions
    }
  }

  private static String question(String known) {
    return " (did you mean '" + known + "'?)";
  }

  private static Optional<String> nearest(String wrong, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt((String k) -> distance(wrong, k)).thenComparing(k -> k))
        .filter(k -> distance(wrong, k) <= Math.max(2, k.length() / 3));
  }

  /** The Levenshtein distance, ignoring case. */
  static int distance(String left, String right) {
    String a = left.toLowerCase(Locale.ROOT);
    String b = right.toLowerCase(Locale.ROOT);
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
