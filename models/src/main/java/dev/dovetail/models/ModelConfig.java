package dev.dovetail.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.adapters.Adapter;
import dev.dovetail.adapters.Neck;
import dev.dovetail.adapters.NoAdapter;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.heads.ClassificationHead;
import dev.dovetail.heads.DetectionTest;
import dev.dovetail.heads.Head;
import dev.dovetail.heads.InstanceHead;
import dev.dovetail.heads.SemanticHead;
import dev.dovetail.models.config.ConfigException;
import dev.dovetail.models.config.ConfigFile;
import dev.dovetail.models.config.DidYouMean;
import dev.dovetail.models.config.RecordBinder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A config read and checked: the model it describes, and the same config with every default written
 * out.
 *
 * @param resolved what a later run needs to be the same
 */
public record ModelConfig(Model model, ObjectNode resolved) {

  private static final List<String> SECTIONS =
      List.of(
          "description",
          "classes",
          "backbone",
          "adapter",
          "neck",
          "head",
          "preprocess",
          "test",
          "labels");

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
   * The same for a config that is no file.
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
    tree.fieldNames()
        .forEachRemaining(
            name -> {
              if (!SECTIONS.contains(name)) {
                throw new ConfigException(
                    "unknown key '" + name + "'" + DidYouMean.hint(name, SECTIONS));
              }
            });
    ObjectNode resolved = tree.objectNode();
    if (tree.has("description")) {
      resolved.set("description", tree.get("description"));
    }
    List<String> classes = classes(tree);
    if (!classes.isEmpty()) {
      resolved.set("classes", tree.get("classes"));
    }
    Backbone backbone = part(tree, resolved, Part.Kind.BACKBONE, Backbone.class, registry);
    ObjectNode ends = tree.objectNode();
    Head head = part(tree, ends, Part.Kind.HEAD, Head.class, registry);
    boolean classifier = head instanceof ClassificationHead;
    if (classifier) {
      refuse(tree, "a classifier is a backbone alone", "adapter", "neck", "test", "labels");
    } else if (classes.stream().distinct().count() < classes.size()) {
      // Classifiers are told apart by number: ImageNet has two cranes.
      throw new ConfigException("'classes' has a name twice; expected each once");
    }
    Adapter adapter =
        classifier
            ? NoAdapter.defaults()
            : part(tree, resolved, Part.Kind.ADAPTER, Adapter.class, registry);
    Neck neck =
        tree.has(Part.Kind.NECK.section())
            ? part(tree, resolved, Part.Kind.NECK, Neck.class, registry)
            : (s, features) -> features;
    resolved.setAll(ends);
    Task task = task(tree, resolved, head);
    Preprocess preprocess = section(tree, resolved, "preprocess", usual(task));
    return new ModelConfig(new Model(backbone, adapter, neck, task, preprocess, classes), resolved);
  }

  private static Preprocess usual(Task task) {
    if (task instanceof Task.Classification) {
      return Preprocess.classification();
    }
    return task instanceof Task.Semantic ? Preprocess.segmentation() : Preprocess.detection();
  }

  private static void refuse(ObjectNode tree, String reason, String... sections) {
    for (String section : sections) {
      if (tree.has(section)) {
        throw new ConfigException("'" + section + "' has no meaning here: " + reason);
      }
    }
  }

  private static List<String> classes(ObjectNode tree) {
    List<String> names = new ArrayList<>();
    JsonNode classes = tree.path("classes");
    if (classes instanceof ArrayNode array) {
      for (JsonNode name : array) {
        if (!name.isTextual()) {
          throw new ConfigException("'classes' has " + name + ": expected texts");
        }
        names.add(name.textValue());
      }
    } else if (!classes.isMissingNode()) {
      throw new ConfigException("'classes' is " + classes + ", expected a list of names");
    }
    return names;
  }

  private static <T> T part(
      ObjectNode tree, ObjectNode resolved, Part.Kind kind, Class<T> type, PartRegistry registry) {
    String name = kind.section();
    ObjectNode given = object(tree, name).deepCopy();
    JsonNode typeName = given.remove("type");
    if (typeName == null || !typeName.isTextual()) {
      throw new ConfigException(
          "'" + name + ".type' is missing; known: " + String.join(", ", registry.types(kind)));
    }
    Part<?> part = registry.find(kind, typeName.textValue());
    ObjectNode merged = RecordBinder.merge(part.defaults(), given, name);
    ObjectNode written = resolved.putObject(name);
    written.put("type", part.type());
    written.setAll(merged);
    return type.cast(RecordBinder.bind(merged, part.defaults().getClass(), name));
  }

  private static Task task(ObjectNode tree, ObjectNode resolved, Head head) {
    if (head instanceof SemanticHead semantic) {
      return new Task.Semantic(
          semantic,
          section(tree, resolved, "test", SemanticTest.defaults()),
          section(tree, resolved, "labels", SemanticLabels.defaults()));
    }
    if (head instanceof ClassificationHead classifier) {
      return new Task.Classification(classifier);
    }
    refuse(tree, "it is for semantic heads, and this head finds objects", "labels");
    return new Task.Instances(
        (InstanceHead) head, section(tree, resolved, "test", DetectionTest.defaults()));
  }

  private static <T extends Record> T section(
      ObjectNode tree, ObjectNode resolved, String name, T defaults) {
    ObjectNode given = tree.has(name) ? object(tree, name) : tree.objectNode();
    ObjectNode merged = RecordBinder.merge(defaults, given, name);
    resolved.set(name, merged);
    @SuppressWarnings("unchecked")
    Class<T> type = (Class<T>) defaults.getClass();
    return RecordBinder.bind(merged, type, name);
  }

  private static ObjectNode object(ObjectNode tree, String name) {
    if (tree.get(name) instanceof ObjectNode object) {
      return object;
    }
    throw new ConfigException(
        tree.has(name)
            ? "'" + name + "' is " + tree.get(name) + ", expected an object"
            : "the section '" + name + "' is missing");
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
