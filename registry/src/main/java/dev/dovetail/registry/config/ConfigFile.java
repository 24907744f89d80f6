package dev.dovetail.registry.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.dovetail.files.GitLfsPointer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads a config as a tree, and applies {@code --set key=value} overrides. */
public final class ConfigFile {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private ConfigFile() {}

  /**
   * Reads a config.
   *
   * @throws IOException if the file cannot be read
   * @throws ConfigException if it is not a JSON object
   */
  public static ObjectNode read(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new ConfigException("no such config: " + file);
    }
    try {
      return object(MAPPER.readTree(file.toFile()), file.toString());
    } catch (JsonProcessingException e) {
      if (GitLfsPointer.is(file)) {
        throw new ConfigException(file + " " + GitLfsPointer.PROBLEM);
      }
      throw new ConfigException(problem(file.toString(), e));
    }
  }

  /**
   * Reads a config from the class path.
   *
   * @throws IOException if it cannot be read
   * @throws ConfigException if it is not a JSON object
   */
  public static ObjectNode read(URL resource) throws IOException {
    try (InputStream in = resource.openStream()) {
      return object(MAPPER.readTree(in), resource.toString());
    } catch (JsonProcessingException e) {
      throw new ConfigException(problem(resource.toString(), e));
    }
  }

  private static ObjectNode object(JsonNode tree, String source) {
    if (tree instanceof ObjectNode object) {
      return object;
    }
    throw new ConfigException(source + " is not a JSON object");
  }

  private static String problem(String source, JsonProcessingException e) {
    return source
        + (e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr())
        + ": "
        + e.getOriginalMessage();
  }

  /**
   * Applies overrides to a tree. Keys are dotted ({@code head.classes}). Values are JSON, or plain
   * text if they are not valid JSON.
   */
  public static void override(ObjectNode tree, List<String> overrides) {
    for (String override : overrides) {
      int equals = override.indexOf('=');
      if (equals < 1) {
        throw new ConfigException(
            "--set " + override + " is not of the form key=value, such as head.classes=3");
      }
      String[] path = override.substring(0, equals).strip().split("\\.", -1);
      if (List.of(path).contains("")) {
        throw new ConfigException(
            "--set "
                + override
                + ": an element of the key is empty; expected a key such as head.classes");
      }
      ObjectNode at = tree;
      for (int i = 0; i < path.length - 1; i++) {
        JsonNode next = at.get(path[i]);
        if (next == null) {
          next = at.putObject(path[i]);
        }
        if (!(next instanceof ObjectNode object)) {
          throw new ConfigException("--set " + override + ": '" + path[i] + "' is not an object");
        }
        at = object;
      }
      at.set(path[path.length - 1], value(override.substring(equals + 1)));
    }
  }

  private static JsonNode value(String text) {
    try {
      JsonNode value = MAPPER.readTree(text);
      return value.isMissingNode() ? new TextNode(text) : value;
    } catch (JsonProcessingException e) {
      return new TextNode(text);
    }
  }
}
