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
 * A validated config: the model that it describes, and the config with all defaults filled in.
 *
 * @param resolved the config with all defaults, which makes a later run reproducible
 * @param training the unchanged section {@code training}, which only a trainer reads; empty if
 *     absent. It is not part of {@code resolved} since predictions do not depend on it
 * @param weights location of the default weights from the key {@code weights}; not part of {@code
 *     resolved}
 * @param notes notes for the user about how the config was read, one per line, for example about
 *     keys of earlier versions
 */
public record ModelConfig(
    Model<?, ?> model,
    ObjectNode resolved,
    ObjectNode training,
    Optional<String> weights,
    List<String> notes) {

  /** Creates a config with a copy of the notes. */
  public ModelConfig {
    notes = List.copyOf(notes);
  }

  /**
   * Reads a config.
   *
   * @param overrides entries {@code key=value}, which replace values of the file and are validated
   *     like them
   * @throws IOException if the file cannot be read
   * @throws ConfigException if it is invalid; the message names the file and the key
   */
  public static ModelConfig read(Path file, List<String> overrides, PartRegistry registry)
      throws IOException {
    return of(ConfigFile.read(file), file.toString(), overrides, registry);
  }

  /**
   * Reads a config that is not a file.
   *
   * @param source name of the config in messages
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

  /** Reads the model that {@code tree} describes. */
  public static ModelConfig of(ObjectNode tree, PartRegistry registry) {
    return new ModelConfigReader(tree, registry).read();
  }

  /** Returns the SHA-256 of the resolved config in hexadecimal. */
  public String hash() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of()
          .formatHex(digest.digest(resolved.toString().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform supports SHA-256", e);
    }
  }
}
