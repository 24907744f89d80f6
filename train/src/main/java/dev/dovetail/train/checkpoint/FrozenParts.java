package dev.dovetail.train.checkpoint;

import dev.dovetail.files.DidYouMean;
import dev.dovetail.train.engine.Parameters;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Parts of a network that a user wants to stay as they are. */
public final class FrozenParts {

  private FrozenParts() {}

  /**
   * Freezes them; see {@link Parameters#freeze}.
   *
   * @param parameters of the network
   * @param prefixes whole words of the names of parameters, such as {@code backbone} or {@code
   *     backbone.blocks.0}
   * @return what a user should know, a sentence each
   * @throws IllegalArgumentException if no parameter's name begins with one of them, or nothing is
   *     left to be learned; the message names those that are near
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
      notes.add("'" + prefix + "' is frozen: " + (before - left) + " weights stay as they are");
    }
    if (parameters.weights().isEmpty()) {
      throw new IllegalArgumentException(
          "all weights are frozen ("
              + String.join(", ", prefixes)
              + "); leave a part that learns, such as the head");
    }
    return notes;
  }

  /** A near beginning, else the parts that there are. */
  private static String hint(String prefix, Set<String> beginnings) {
    String near = DidYouMean.near(prefix, beginnings);
    return near.isEmpty()
        ? DidYouMean.hint(prefix, beginnings.stream().filter(b -> b.indexOf('.') < 0).toList())
        : near;
  }

  /** {@code a}, {@code a.b} and {@code a.b.c} of {@code a.b.c}. */
  static List<String> beginnings(String name) {
    List<String> all = new ArrayList<>();
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      all.add(name.substring(0, dot));
    }
    all.add(name);
    return all;
  }
}
