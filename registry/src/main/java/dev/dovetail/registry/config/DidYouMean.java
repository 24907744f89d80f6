package dev.dovetail.registry.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Finds the word that somebody most likely wanted to write. */
public final class DidYouMean {

  private static final int SHOWN = 12;

  private DidYouMean() {}

  /** " (did you mean 'x'?)", or the list of what there is if nothing is near. */
  public static String hint(String wrong, Collection<String> known) {
    String near = near(wrong, known);
    if (!near.isEmpty()) {
      return near;
    }
    String some = String.join(", ", known.stream().limit(SHOWN).toList());
    int more = known.size() - SHOWN;
    return " (known: " + some + (more > 0 ? " and " + more + " more)" : ")");
  }

  /** The near one alone; empty where none is near. */
  public static String near(String wrong, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt((String k) -> distance(wrong, k)).thenComparing(k -> k))
        .filter(k -> distance(wrong, k) <= Math.max(2, k.length() / 3))
        .map(k -> " (did you mean '" + k + "'?)")
        .orElse("");
  }

  /** Levenshtein's distance, letters of any case alike. */
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
