package dev.dovetail.heads.queries;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.Labels;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Infers the task of directories of models with mask queries. transformers has one class for
 * semantic, instance and panoptic segmentation, and its configs do not specify which of them a
 * checkpoint was trained for.
 */
public final class UniversalTasks {

  private static final String SEMANTIC = "semantic";
  private static final String INSTANCES = "detection";
  private static final String PANOPTIC = "panoptic";

  /** Parts of the names of published checkpoints, in search order. */
  private static final List<Map.Entry<String, String>> NAMES =
      List.of(
          Map.entry("panoptic", PANOPTIC),
          Map.entry("instance", INSTANCES),
          Map.entry("semantic", SEMANTIC));

  /** Tasks by the number of classes, for the data sets of published checkpoints. */
  private static final Map<Integer, String> CLASSES =
      Map.ofEntries(
          Map.entry(8, INSTANCES), // Cityscapes, things
          Map.entry(80, INSTANCES), // COCO, things
          Map.entry(100, INSTANCES), // ADE20K, things
          Map.entry(133, PANOPTIC), // COCO
          Map.entry(19, SEMANTIC), // Cityscapes
          Map.entry(65, SEMANTIC), // Mapillary Vistas
          Map.entry(150, SEMANTIC), // ADE20K
          Map.entry(171, SEMANTIC), // COCO-Stuff
          Map.entry(847, SEMANTIC)); // ADE20K, all

  private UniversalTasks() {}

  /**
   * Returns the task of a directory according to its name or {@code _name_or_path}, then according
   * to its number of classes. The default is panoptic, the most general task.
   */
  public static String of(ConfigTree config) {
    Path folder = Path.of(config.source()).toAbsolutePath().getParent();
    String key = "_name_or_path";
    String names =
        (folder == null || folder.getFileName() == null ? "" : folder.getFileName() + " ")
            + (config.has(key) ? config.text(key, "") : "");
    String lower = names.toLowerCase(Locale.ROOT);
    return NAMES.stream()
        .filter(e -> lower.contains(e.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseGet(() -> CLASSES.getOrDefault(Labels.of(config).count(), PANOPTIC));
  }

  /**
   * Returns the config sections that reproduce transformers' results for Mask2Former and
   * MaskFormer.
   *
   * @param task name of the task; other tasks have no sections
   * @param masks the key {@code masks} of the section {@code test}
   * @param queries number of queries
   * @param labels the section {@code labels} of a semantic model
   * @param input height and width to which images are resized
   */
  public static ObjectNode sections(
      String task, ObjectNode masks, int queries, ObjectNode labels, List<Integer> input) {
    ObjectNode sections = JsonNodeFactory.instance.objectNode();
    ObjectNode test = JsonNodeFactory.instance.objectNode();
    test.set("masks", masks);
    switch (task) {
      case SEMANTIC -> {
        test.put("mode", "direct");
        input.forEach(test.withArray("crop")::add);
        input.forEach(test.withArray("stride")::add);
        sections.set("labels", labels);
      }
      case INSTANCES -> test.put("maxDetections", queries);
      case PANOPTIC ->
          test.put("scoreThreshold", 0.5)
              .put("weightedMasks", true)
              .put("wholeWins", true)
              .put("strictOverlap", true);
      default -> {
        return sections;
      }
    }
    sections.set("test", test);
    return sections;
  }
}
