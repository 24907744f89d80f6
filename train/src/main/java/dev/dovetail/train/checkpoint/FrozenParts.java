package dev.dovetail.train.checkpoint;

import dev.dovetail.files.DidYouMean;
import dev.dovetail.train.engine.Parameters;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Freezes parts of a network. */
public final class FrozenParts {

  private FrozenParts() {}

  /**
   * Freezes the parameters under some prefixes; see {@link Parameters#freeze}.
   *
   * @param parameters the parameters of the network
   * @param prefixes name prefixes that end at a dot or the end of the name, such as {@code
   *     backbone} or {@code backbone.blocks.0}
   * @return notes for the user, one sentence each
   * @throws IllegalArgumentException if no parameter has one of the prefixes, or no weights are
   *     left to train; the message suggests similar prefixes
   */
  public static List<String> freeze(Parameters parameters, List<String> prefixes) {
    Set<String> beginnings = new LinkedHashSet<>();
    parameters.names().forEach(name -> beginnings.addAll(beginnings(name)));
    for (String prefix : prefixes) {
      if (!beginnings.contains(prefix)) {
        throw new IllegalArgumentException(
            "no part of the model is named '"
                + prefix
                + "', so it cannot be frozen"
                + hint(prefix, beginnings));
      }
    }
    List<String> notes = new ArrayList<>();
    for (String prefix : prefixes) {
      int before = parameters.weights().size();
      parameters.freeze(prefix);
      int left = parameters.weights().size();
      notes.add("'" + prefix + "' is frozen: " + (before - left) + " weights are not trained");
    }
    if (parameters.weights().isEmpty()) {
      throw new IllegalArgumentException(
          "all weights are frozen ("
              + String.join(", ", prefixes)
              + "); leave a part unfrozen, such as the head");
    }
    return notes;
  }

  /** Returns a hint with a similar prefix, or else with all top-level parts. */
  private static String hint(String prefix, Set<String> beginnings) {
    String near = DidYouMean.near(prefix, beginnings);
    return near.isEmpty()
        ? DidYouMean.hint(prefix, beginnings.stream().filter(b -> b.indexOf('.') < 0).toList())
        : near;
  }

  /** Returns {@code a}, {@code a.b} and {@code a.b.c} for {@code a.b.c}. */
  static List<String> beginnings(String name) {
    List<String> all = new ArrayList<>();
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      all.add(name.substring(0, dot));
    }
    all.add(name);
    return all;
  }
}
