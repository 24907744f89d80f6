package dev.dovetail.weights.formats;

import dev.dovetail.weights.tensors.CheckpointException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Parts of a checkpoint by what the names of their tensors begin with. */
public final class NamePrefix {

  /** PyTorch writes dots between the parts of a name, JAX slashes. */
  private static final String SEPARATORS = "./";

  private static final int SHOWN = 10;

  /** Where training tools put a model's weights, the most particular first. */
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

  /** What lies below {@code prefix}, by the rest of the names. */
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
   * {@return the first parts of names that have more than one}
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
   * {@return a problem that says that nothing lies under a user's key, and where there is
   * something}
   *
   * @param file the checkpoint
   * @param key the key that the user named
   * @param known the keys that there are
   */
  public static CheckpointException unknown(Path file, String key, Collection<String> known) {
    String there =
        known.isEmpty()
            ? "its weights lie under no key"
            : "there are weights under "
                + known.stream().limit(SHOWN).map(CheckpointException::quote).toList()
                + (known.size() > SHOWN ? " and " + (known.size() - SHOWN) + " more" : "");
    return new CheckpointException(
        file,
        "has no weights under " + CheckpointException.quote(key) + " (--weights-key); " + there);
  }
}
