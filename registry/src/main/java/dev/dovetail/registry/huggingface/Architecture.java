package dev.dovetail.registry.huggingface;

import dev.dovetail.registry.config.ConfigTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The class of transformers that a config is of: {@code architectures}. */
public final class Architecture {

  private static final String KEY = "architectures";

  private Architecture() {}

  /** Its name, empty where the config names none. */
  public static String of(ConfigTree config) {
    List<String> names = config.has(KEY) ? config.texts(KEY, List.of()) : List.of();
    return names.isEmpty() ? "" : names.get(0);
  }

  /**
   * Refuses other kinds of models, whose results would not be transformers'.
   *
   * @param kinds what the names of the supported classes end in, beside {@code Model} and {@code
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
          "a class that ends in "
              + String.join(", ", known.subList(0, known.size() - 1))
              + " or "
              + known.get(known.size() - 1)
              + " (Model takes the backbone alone)");
    }
  }

  /**
   * Refuses all but one kind of models.
   *
   * @param kind what the name of the class ends in
   */
  public static void require(ConfigTree config, String kind) {
    if (!of(config).endsWith(kind)) {
      throw config.wrong(KEY, "a class that ends in " + kind);
    }
  }

  /** Refuses what changes the results of every family and is not supported in any. */
  public static void onlyUsual(ConfigTree config) {
    config.only("num_channels", 3);
    config.only("pruned_heads", Map.of(), null);
    config.only("quantization_config", (Object) null);
  }
}
