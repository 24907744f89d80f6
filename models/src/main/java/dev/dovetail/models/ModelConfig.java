package dev.dovetail.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.registry.config.ConfigException;
import dev.dovetail.registry.config.ConfigFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A config read and checked: the model it describes, and the same config with every default written
 * out.
 *
 * @param resolved what a later run needs to be the same
 * @param training the section {@code training} as it was given, which only a trainer reads; empty
 *     if there is none. It is not in {@code resolved}: predictions do not depend on it
 * @param weights where its usual weights are, as the key {@code weights} says; not in {@code
 *     resolved}
 * @param notes what a user should know of how it was read, a line each: keys of earlier versions
 */
public record ModelConfig(
    Model<?, ?> model,
    ObjectNode resolved,
    ObjectNode training,
    Optional<String> weights,
    List<String> notes) {

  /** Copies the notes. */
  public ModelConfig {
    notes = List.copyOf(notes);
  }

  /**
   * Reads a config.
   *
   * @param overrides {@code key=value} each, laid over the file and checked like it
   * @throws IOException if the file cannot be read
   * @throws ConfigException if it says something wrong: the message names the file and the key
   */
  public static ModelConfig read(Path file, List<String> overrides, PartRegistry registry)
      throws IOException {
    return of(ConfigFile.read(file), file.toString(), overrides, registry);
  }

  /**
   * The same for a config that is not a file.
   *
   * @param source what to call it in a message
   */
  public static ModelConfig of(
      ObjectNode tree, String source, List<String> overrides, PartRegistry registry) {
    ObjectNode overridden = tree.deepCopy();
    ConfigFile.override(overridden, overrides);
    try {
      return of(overridden, registry);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(source + ": " + e.getMessage());
    }
  }

  /** The model that {@code tree} describes. */
  public static ModelConfig of(ObjectNode tree, PartRegistry registry) {
    return new ModelConfigReader(tree, registry).read();
  }

  /** SHA-256 of the resolved config, in hexadecimal. */
  public String hash() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of()
          .formatHex(digest.digest(resolved.toString().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
