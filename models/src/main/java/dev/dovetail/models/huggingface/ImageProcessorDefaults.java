package dev.dovetail.models.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The image processors of transformers 5, from the resource {@code image-processors.json}: of each
 * class the keys that it has, with their defaults.
 *
 * @param type the class, without {@code Fast}
 * @param values its keys as {@code preprocessor_config.json} has them; {@code null} where a key has
 *     no default
 * @param refused what Dovetail cannot do: a flag, or {@code size} and a form of it, and why
 */
record ImageProcessorDefaults(String type, ObjectNode values, Map<String, String> refused) {

  private static final String LIKE = "like";
  private static final String WITHOUT = "without";
  private static final String REFUSE = "refuse";

  private static final JsonNode TABLE = read();

  private static JsonNode read() {
    try (InputStream in =
        ImageProcessorDefaults.class.getResourceAsStream("image-processors.json")) {
      return JsonMapper.builder().build().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The class that transformers takes for a model type whose directory names none. */
  static String ofModel(String modelType) {
    return TABLE.get("models").path(modelType).asText("ViTImageProcessor");
  }

  /** The classes that are known. */
  static Set<String> types() {
    Set<String> types = new TreeSet<>();
    TABLE.get("processors").fieldNames().forEachRemaining(types::add);
    return types;
  }

  /** A class by its name. */
  static Optional<ImageProcessorDefaults> of(String name) {
    String type = name.replaceFirst("(Fast|Pil)$", "");
    if (!TABLE.get("processors").has(type)) {
      return Optional.empty();
    }
    ObjectNode values = resolved(type);
    values.remove(LIKE);
    Map<String, String> refused = new TreeMap<>();
    if (values.remove(REFUSE) instanceof ObjectNode reasons) {
      reasons.properties().forEach(e -> refused.put(e.getKey(), e.getValue().textValue()));
    }
    return Optional.of(new ImageProcessorDefaults(type, values, refused));
  }

  private static ObjectNode resolved(String type) {
    ObjectNode own = TABLE.get("processors").get(type).deepCopy();
    JsonNode like = own.get(LIKE);
    ObjectNode all = like == null ? own : resolved(like.textValue());
    all.setAll(own);
    JsonNode without = all.remove(WITHOUT);
    if (without != null) {
      without.forEach(key -> all.remove(key.textValue()));
    }
    return all;
  }
}
