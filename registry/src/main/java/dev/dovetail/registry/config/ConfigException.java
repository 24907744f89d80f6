package dev.dovetail.registry.config;

/**
 * A config that says something wrong; the message names the file, the key and what was expected.
 */
public final class ConfigException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  public ConfigException(String message) {
    super(message);
  }
}
