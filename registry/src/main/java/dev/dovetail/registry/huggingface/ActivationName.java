package dev.dovetail.registry.huggingface;

import dev.dovetail.graph.nn.Activation;
import dev.dovetail.registry.config.ConfigTree;

/** Activations by the names that transformers gives them. */
public final class ActivationName {

  private ActivationName() {}

  /**
   * The activation that a key names.
   *
   * @param otherwise the name where the key is absent
   * @throws dev.dovetail.registry.config.ConfigException if it names one that is not supported
   */
  public static Activation of(ConfigTree config, String key, String otherwise) {
    return Activation.named(config.text(key, otherwise))
        .orElseThrow(() -> config.wrong(key, "one of " + String.join(", ", Activation.names())));
  }
}
