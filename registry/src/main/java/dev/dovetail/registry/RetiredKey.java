package dev.dovetail.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.registry.config.ConfigException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A key that configs of a part had in earlier versions. It is still read and replaced by current
 * keys, with a note that names them.
 *
 * @param part the record whose section had the key
 * @param name the key
 * @param values maps each of its values, in lower case, to the current keys with the same meaning
 */
public record RetiredKey(
    Class<? extends Record> part, String name, Map<String, Map<String, Object>> values) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /**
   * Copies the values.
   *
   * @param part the record whose section had the key
   * @param name the key
   * @param values maps each of its values, in lower case, to the current keys with the same meaning
   */
  public RetiredKey {
    values = Map.copyOf(values);
  }

  /**
   * Replaces this key by the current keys, except those that the section already contains.
   *
   * @param section the section of a config
   * @param path the section's name
   * @return a note for the user; empty if the section does not contain the key
   * @throws ConfigException if the key has an invalid value
   */
  public Optional<String> replaceIn(ObjectNode section, String path) {
    JsonNode value = section.remove(name);
    if (value == null) {
      return Optional.empty();
    }
    Map<String, Object> today = values.get(value.asText().toLowerCase(Locale.ROOT));
    if (today == null) {
      throw new ConfigException(
          "'"
              + path
              + "."
              + name
              + "' is "
              + value
              + ", expected one of "
              + String.join(", ", values.keySet().stream().sorted().toList()));
    }
    Map<String, Object> added = new TreeMap<>(today);
    added.keySet().removeIf(section::has);
    added.forEach((key, meaning) -> section.set(key, JSON.valueToTree(meaning)));
    String keys =
        added.keySet().stream()
            .map(key -> path + "." + key + "=" + section.get(key))
            .collect(Collectors.joining(" and "));
    return Optional.of(
        "the key '"
            + path
            + "."
            + name
            + "' is retired; "
            + (keys.isEmpty()
                ? "the keys that replace it are present, so omit it"
                : value + " is read as " + keys));
  }
}
