package dev.dovetail.weights.formats;

import dev.dovetail.weights.tensors.CheckpointException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Parts of a checkpoint, selected by a prefix of the tensors' names. */
public final class NamePrefix {

  /** Separators in names: dots in PyTorch, slashes in JAX. */
  private static final String SEPARATORS = "./";

  private static final int SHOWN = 10;

  /** Prefixes of a model's weights in training tools, most specific first. */
  public static final List<String> USUAL =
      List.of(
          "state_dict",
          "model_state_dict",
          "model",
          "module",
          "net",
          "network",
          "teacher",
          "student",
          "ema",
          "model_ema",
          "state_dict_ema");

  private NamePrefix() {}

  /** Returns the tensors under {@code prefix}, with names without the prefix. */
  static <T> Map<String, T> below(String prefix, Map<String, T> tensors) {
    Map<String, T> part = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          if (isBelow(prefix, name)) {
            part.put(name.substring(prefix.length() + 1), tensor);
          }
        });
    return part;
  }

  private static boolean isBelow(String prefix, String name) {
    return name.length() > prefix.length() + 1
        && name.startsWith(prefix)
        && SEPARATORS.indexOf(name.charAt(prefix.length())) >= 0;
  }

  /**
   * {@return the first elements of names that have several}
   *
   * @param names names of tensors
   */
  public static List<String> first(Collection<String> names) {
    return names.stream()
        .filter(name -> name.indexOf('.') > 0)
        .map(name -> name.substring(0, name.indexOf('.')))
        .distinct()
        .toList();
  }

  /**
   * {@return an exception for a key without weights, which lists the available keys}
   *
   * @param file the checkpoint
   * @param key the key that the user specified
   * @param known the available keys
   */
  public static CheckpointException unknown(Path file, String key, Collection<String> known) {
    String available =
        known.isEmpty()
            ? "its weights are at the top level"
            : "available keys: "
                + known.stream().limit(SHOWN).map(CheckpointException::quote).toList()
                + (known.size() > SHOWN ? " and " + (known.size() - SHOWN) + " more" : "");
    return new CheckpointException(
        file,
        "has no weights under "
            + CheckpointException.quote(key)
            + " (--weights-key); "
            + available);
  }
}
