package dev.dovetail.models;

/**
 * A part that configs can name.
 *
 * @param type the word after {@code "type":}
 * @param kind what it is: a backbone, an adapter, a neck or a head
 * @param defaults the part with the hyper-parameters that a config need not give
 */
public record Part<T extends Record>(Kind kind, String type, T defaults) {

  /** The places of a model that parts can take. */
  public enum Kind {
    BACKBONE,
    ADAPTER,
    NECK,
    HEAD;

    /** The config's section for it. */
    public String section() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}
