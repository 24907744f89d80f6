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
import java.util.TreeSet;

/**
 * An image processor class of transformers 5, from the resource {@code image-processors.json} or
 * from a family: its keys and their defaults.
 *
 * @param type name of the class without {@code Fast}
 * @param values the keys of {@code preprocessor_config.json}; {@code null} if a key has no default
 * @param rules behavior of the class that is not configurable, with names known to {@link
 *     ImageProcessor}
 */
record ImageProcessorDefaults(String type, ObjectNode values, ObjectNode rules) {

  private static final String LIKE = "like";
  private static final String WITHOUT = "without";
  private static final String RULES = "rules";

  private static final ObjectNode TABLE = read();

  private static ObjectNode read() {
    try (InputStream in =
        ImageProcessorDefaults.class.getResourceAsStream("image-processors.json")) {
      return (ObjectNode) JsonMapper.builder().build().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The supported classes, in addition to those of a family. */
  static Set<String> types(Map<String, ObjectNode> ofFamily) {
    Set<String> types = new TreeSet<>(ofFamily.keySet());
    TABLE.fieldNames().forEachRemaining(types::add);
    return types;
  }

  /** Returns a class by its name; those of the family take precedence. */
  static Optional<ImageProcessorDefaults> of(String name, Map<String, ObjectNode> ofFamily) {
    String type = name.replaceFirst("(Fast|Pil)$", "");
    ObjectNode table = TABLE.deepCopy();
    table.setAll(ofFamily);
    if (!table.has(type)) {
      return Optional.empty();
    }
    ObjectNode values = resolved(type, table);
    values.remove(LIKE);
    JsonNode rules = values.remove(RULES);
    ObjectNode own = rules instanceof ObjectNode stated ? stated : values.objectNode();
    return Optional.of(new ImageProcessorDefaults(type, values, own));
  }

  /** Returns the value of a rule; 0 and false if the class does not have it. */
  int rule(String name) {
    JsonNode rule = rules.path(name);
    return rule.isBoolean() ? 1 : rule.intValue();
  }

  private static ObjectNode resolved(String type, ObjectNode table) {
    ObjectNode own = table.get(type).deepCopy();
    JsonNode like = own.get(LIKE);
    ObjectNode all = like == null ? own : resolved(like.textValue(), table);
    all.setAll(own);
    JsonNode without = all.remove(WITHOUT);
    if (without != null) {
      without.forEach(key -> all.remove(key.textValue()));
    }
    return all;
  }
}
