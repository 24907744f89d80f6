package dev.dovetail.registry.huggingface;

import dev.dovetail.registry.config.ConfigTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The transformers class of a config: the key {@code architectures}. */
public final class Architecture {

  private static final String KEY = "architectures";

  private Architecture() {}

  /** Returns the name of the class; empty if the config does not contain it. */
  public static String of(ConfigTree config) {
    List<String> names = config.has(KEY) ? config.texts(KEY, List.of()) : List.of();
    return names.isEmpty() ? "" : names.get(0);
  }

  /**
   * Rejects other classes, since the results would differ from those of transformers.
   *
   * @param kinds the suffixes of the supported classes, in addition to {@code Model} and {@code
   *     Backbone}
   */
  public static void only(ConfigTree config, String... kinds) {
    String name = of(config);
    boolean bare = name.isEmpty() || name.endsWith("Model") || name.endsWith("Backbone");
    if (!bare && Arrays.stream(kinds).noneMatch(name::endsWith)) {
      List<String> known = new ArrayList<>(List.of("Model", "Backbone"));
      known.addAll(List.of(kinds));
      throw config.wrong(
          KEY,
          "a class that ends with "
              + String.join(", ", known.subList(0, known.size() - 1))
              + " or "
              + known.get(known.size() - 1)
              + " (Model selects only the backbone)");
    }
  }

  /**
   * Rejects all classes except those with one suffix.
   *
   * @param kind the suffix of the class name
   */
  public static void require(ConfigTree config, String kind) {
    if (!of(config).endsWith(kind)) {
      throw config.wrong(KEY, "a class that ends with " + kind);
    }
  }

  /** Rejects settings that change the results of every family and that no family supports. */
  public static void onlyUsual(ConfigTree config) {
    config.only("num_channels", 3);
    config.only("pruned_heads", Map.of(), null);
    config.only("quantization_config", (Object) null);
  }
}
