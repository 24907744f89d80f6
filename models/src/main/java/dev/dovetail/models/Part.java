package dev.dovetail.models;

import dev.dovetail.adapters.Adapter;
import dev.dovetail.adapters.Neck;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.graph.network.Network;
import dev.dovetail.heads.Head;

/**
 * A part that configs can name.
 *
 * @param type the word after {@code "type":}
 * @param kind what it is: a backbone, an adapter, a neck, a head or a whole network
 * @param defaults the part with the hyper-parameters that a config need not give
 */
public record Part<T extends Record>(Kind kind, String type, T defaults) {

  /**
   * @throws IllegalArgumentException if {@code defaults} is not of its kind
   */
  public Part {
    if (!kind.contract.isInstance(defaults)) {
      throw new IllegalArgumentException(
          "the "
              + kind.section()
              + " '"
              + type
              + "' is a "
              + defaults.getClass().getName()
              + ", which does not implement "
              + kind.contract.getName());
    }
  }

  /** The places of a model that parts can take. */
  public enum Kind {
    BACKBONE(Backbone.class),
    ADAPTER(Adapter.class),
    NECK(Neck.class),
    HEAD(Head.class),
    /** A network that is not composed of the other kinds. */
    NETWORK(Network.class);

    private final Class<?> contract;

    Kind(Class<?> contract) {
      this.contract = contract;
    }

    /** The config's section for it. */
    public String section() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}
