package dev.dovetail.models.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.heads.ClassificationHead;
import dev.dovetail.models.config.ConfigTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The classes of a config of transformers: {@code id2label}, and {@code num_labels} where there are
 * no names.
 *
 * @param names in the order of the model's outputs
 */
record Labels(List<String> names) {

  private static final String NAMES = "id2label";
  private static final String IDS = "label2id";
  private static final String COUNT = "num_labels";

  /** What transformers takes where a config says nothing. */
  private static final int USUAL = 2;

  /**
   * Reads them.
   *
   * @throws dev.dovetail.models.config.ConfigException if numbers are missing, or the keys
   *     contradict each other
   */
  static Labels of(ConfigTree config) {
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
      return new Labels(generated);
    }
    if (count != byId.size()) {
      throw config.wrong(COUNT, byId.size() + ", as many as id2label has names");
    }
    if (byId.firstKey() != 0 || byId.lastKey() != byId.size() - 1) {
      throw config.wrong(
          config.has(NAMES) ? NAMES : IDS,
          String.format(Locale.ROOT, "a name for each number from 0 to %d", byId.size() - 1));
    }
    ids.forEach(
        (name, id) -> {
          if (!name.equals(byId.get(id))) {
            throw config.child(IDS).wrong(name, "the number that id2label gives it");
          }
        });
    return new Labels(List.copyOf(byId.values()));
  }

  private static void put(
      ConfigTree config, TreeMap<Integer, String> byId, Map.Entry<String, JsonNode> e) {
    boolean named = e.getValue().isTextual() || e.getValue().isNumber();
    if (!named || !e.getKey().matches("\\d{1,9}")) {
      throw config.child(NAMES).wrong(e.getKey(), "a name, under a whole number");
    }
    if (byId.put(Integer.parseInt(e.getKey()), e.getValue().asText()) != null) {
      throw config.child(NAMES).wrong(e.getKey(), "each number once");
    }
  }

  /** Numbers are often written as texts. */
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
   * The head of a classifier: as many classes as there are labels, or 0 for an architecture without
   * a classifier.
   */
  static ClassificationHead classificationHead(ConfigTree config) {
    if (!Architecture.of(config).contains("ForImageClassification")) {
      return new ClassificationHead(0);
    }
    config.only("problem_type", "single_label_classification", null);
    int classes = of(config).names().size();
    if (classes == 1) {
      throw config.wrong(
          NAMES, "at least 2 classes: one alone has a sigmoid, which is not supported");
    }
    return new ClassificationHead(classes);
  }
}
