package dev.dovetail.registry;

import java.util.Locale;

/**
 * A part that configs can name.
 *
 * @param kind what it is: a backbone, an adapter, a neck, a head or a whole network; its record
 *     implements the interface of that name
 * @param type the word after {@code "type":}
 * @param defaults the part with the hyper-parameters that a config need not give
 */
public record Part<T extends Record>(Kind kind, String type, T defaults) {

  /** The places of a model that parts can take. */
  public enum Kind {
    BACKBONE,
    ADAPTER,
    NECK,
    HEAD,
    /** A network that is not composed of the other kinds. */
    NETWORK;

    /** The config's section for it. */
    public String section() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
