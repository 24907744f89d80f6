package dev.dovetail.registry.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.registry.config.ConfigTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The classes of a model.
 *
 * @param count the number of classes; 0 if the architecture has no head
 * @param names the names in the order of the model's outputs; empty if unknown
 */
public record Labels(int count, List<String> names) {

  /** The labels of an architecture without a head. */
  public static final Labels NONE = new Labels(0, List.of());

  private static final String NAMES = "id2label";
  private static final String IDS = "label2id";
  private static final String COUNT = "num_labels";

  /** The default number of classes in transformers. */
  private static final int USUAL = 2;

  public Labels {
    names = List.copyOf(names);
  }

  private static Labels named(List<String> names) {
    return new Labels(names.size(), names);
  }

  /**
   * Returns the classes of a transformers config: {@code id2label}, or {@code num_labels} if there
   * are no names.
   *
   * @throws dev.dovetail.registry.config.ConfigException if numbers are missing, or the keys
   *     contradict each other
   */
  public static Labels of(ConfigTree config) {
    TreeMap<Integer, String> byId = new TreeMap<>();
    Map<String, Integer> ids = ids(config);
    if (config.has(NAMES)) {
      for (Map.Entry<String, JsonNode> e : config.child(NAMES).node().properties()) {
        put(config, byId, e);
      }
    } else {
      ids.forEach((name, id) -> byId.put(id, name));
    }
    int count = config.has(COUNT) ? config.integer(COUNT, 0, 1) : byId.size();
    if (byId.isEmpty() && config.has(NAMES)) {
      throw config.wrong(NAMES, "a name for each class");
    }
    if (byId.isEmpty()) {
      List<String> generated = new ArrayList<>();
      for (int i = 0; i < (count == 0 ? USUAL : count); i++) {
        generated.add("LABEL_" + i);
      }
      return named(generated);
    }
    if (count != byId.size()) {
      throw config.wrong(COUNT, byId.size() + ", the number of names in id2label");
    }
    if (byId.firstKey() != 0 || byId.lastKey() != byId.size() - 1) {
      throw config.wrong(
          config.has(NAMES) ? NAMES : IDS,
          String.format(Locale.ROOT, "a name for each number from 0 to %d", byId.size() - 1));
    }
    ids.forEach(
        (name, id) -> {
          if (!name.equals(byId.get(id))) {
            throw config.child(IDS).wrong(name, "the number in id2label");
          }
        });
    return named(List.copyOf(byId.values()));
  }

  private static void put(
      ConfigTree config, TreeMap<Integer, String> byId, Map.Entry<String, JsonNode> e) {
    boolean named = e.getValue().isTextual() || e.getValue().isNumber();
    if (!named || !e.getKey().matches("\\d{1,9}")) {
      throw config.child(NAMES).wrong(e.getKey(), "a whole number as key and a name as value");
    }
    if (byId.put(Integer.parseInt(e.getKey()), e.getValue().asText()) != null) {
      throw config.child(NAMES).wrong(e.getKey(), "each number only once");
    }
  }

  /** Returns the ids, which are often stored as strings. */
  private static Map<String, Integer> ids(ConfigTree config) {
    Map<String, Integer> ids = new TreeMap<>();
    if (config.has(IDS)) {
      for (Map.Entry<String, JsonNode> e : config.child(IDS).node().properties()) {
        if (!e.getValue().asText().matches("\\d{1,9}")) {
          throw config.child(IDS).wrong(e.getKey(), "a whole number");
        }
        ids.put(e.getKey(), Integer.parseInt(e.getValue().asText()));
      }
    }
    return ids;
  }

  /**
   * Returns the classes of a classifier; none for an architecture without a classification head.
   */
  public static Labels ofClassifier(ConfigTree config) {
    if (!Architecture.of(config).contains("ForImageClassification")) {
      return NONE;
    }
    config.only("problem_type", "single_label_classification", null);
    Labels labels = of(config);
    if (labels.count() == 1) {
      throw config.wrong(
          NAMES, "at least 2 classes; a single class uses a sigmoid, which is not supported");
    }
    return labels;
  }
}
