package dev.dovetail.registry.huggingface;

import dev.dovetail.graph.nn.Activation;
import dev.dovetail.registry.config.ConfigTree;

/** Activation functions by their names in transformers. */
public final class ActivationName {

  private ActivationName() {}

  /**
   * Returns the activation that a key specifies.
   *
   * @param otherwise the default name, if the key is absent
   * @throws dev.dovetail.registry.config.ConfigException if the activation is not supported
   */
  public static Activation of(ConfigTree config, String key, String otherwise) {
    return Activation.named(config.text(key, otherwise))
        .orElseThrow(() -> config.wrong(key, "one of " + String.join(", ", Activation.names())));
  }
}
