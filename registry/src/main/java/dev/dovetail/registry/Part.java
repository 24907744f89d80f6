package dev.dovetail.registry;

import java.util.Locale;

/**
 * A part of a model that configs can name.
 *
 * @param kind backbone, adapter, neck, head or whole network; the record implements the interface
 *     with that name
 * @param type the value of {@code "type"} in configs
 * @param defaults the part with default hyperparameters, which a config overrides
 */
public record Part<T extends Record>(Kind kind, String type, T defaults) {

  /** The kinds of parts. */
  public enum Kind {
    BACKBONE,
    ADAPTER,
    NECK,
    HEAD,
    /** A network that does not consist of the other kinds. */
    NETWORK;

    /** Returns the name of the config section. */
    public String section() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
