package dev.dovetail.registry.huggingface;

import dev.dovetail.graph.nn.Activation;
import dev.dovetail.registry.config.ConfigTree;
import java.util.Map;
import java.util.TreeMap;

/** Activations by the names that transformers gives them. */
public final class ActivationName {

  private static final Map<String, Activation> KNOWN =
      new TreeMap<>(
          Map.of(
              "relu", Activation.RELU,
              "gelu", Activation.GELU,
              "gelu_python", Activation.GELU,
              "gelu_new", Activation.GELU_TANH,
              "gelu_pytorch_tanh", Activation.GELU_TANH,
              "silu", Activation.SILU,
              "swish", Activation.SILU));

  private ActivationName() {}

  /**
   * The activation that a key names.
   *
   * @param otherwise the name where the key is absent
   * @throws dev.dovetail.registry.config.ConfigException if it names one that is not supported
   */
  public static Activation of(ConfigTree config, String key, String otherwise) {
    Activation activation = KNOWN.get(config.text(key, otherwise));
    if (activation == null) {
      throw config.wrong(key, "one of " + String.join(", ", KNOWN.keySet()));
    }
    return activation;
  }
}
