package dev.dovetail.registry.config;

/** Thrown if a config is invalid. The message contains the file, the key and the expected value. */
public final class ConfigException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  public ConfigException(String message) {
    super(message);
  }
}
