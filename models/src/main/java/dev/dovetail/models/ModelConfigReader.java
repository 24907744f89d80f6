package dev.dovetail.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.adapters.Adapter;
import dev.dovetail.adapters.Neck;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.files.DidYouMean;
import dev.dovetail.graph.network.Network;
import dev.dovetail.graph.network.Predictions;
import dev.dovetail.heads.Head;
import dev.dovetail.images.Preprocess;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.RetiredKey;
import dev.dovetail.registry.config.ConfigException;
import dev.dovetail.registry.config.RecordBinder;
import dev.dovetail.tasks.Task;
import dev.dovetail.tasks.TaskFactory;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a config: a whole network or the parts of one, the task, and common sections. Without a
 * task, the network determines it. A part with a component {@code test} reads it from the config's
 * section of that name.
 */
final class ModelConfigReader {

  private static final String TASK = "task";
  private static final String TEST = "test";
  private static final String AUGMENT = "augment";
  private static final String PREPROCESS = "preprocess";
  private static final String CLASSES = "classes";
  private static final String TRAINING = "training";
  private static final String DESCRIPTION = "description";
  private static final String WEIGHTS = "weights";

  private final ObjectNode tree;
  private final PartRegistry registry;
  private final ObjectNode resolved;
  private final Set<String> read = new LinkedHashSet<>();
  private final List<String> notes = new ArrayList<>();

  /**
   * The key {@code test.augment}, which belongs to the task whatever reads the section; a missing
   * node if absent.
   */
  private final JsonNode augment;

  private Optional<ObjectNode> resolvedAugment = Optional.empty();

  ModelConfigReader(ObjectNode tree, PartRegistry registry) {
    this.tree = tree.deepCopy();
    this.registry = registry;
    this.resolved = tree.objectNode();
    this.augment = this.tree.path(TEST).path(AUGMENT);
    if (!augment.isMissingNode()) {
      ObjectNode test = (ObjectNode) this.tree.get(TEST);
      test.remove(AUGMENT);
      if (test.isEmpty()) {
        this.tree.remove(TEST);
      }
    }
  }

  ModelConfig read() {
    requireKnownSections();
    copy(DESCRIPTION);
    List<String> classes = classes();
    if (!classes.isEmpty()) {
      copy(CLASSES);
    }
    Network<?> network =
        tree.has(Part.Kind.NETWORK.section()) ? part(Part.Kind.NETWORK, Network.class) : composed();
    Task<?, ?> task = task(network);
    Preprocess preprocess = section(PREPROCESS, task.usualPreprocess());
    if (!preprocess.middle().crop().isEmpty() && !task.takesCrops()) {
      throw new ConfigException(
          "'preprocess.crop' is "
              + preprocess.middle().crop()
              + ", but the task '"
              + task.name()
              + "' needs the whole image; remove the key");
    }
    requireViews(task, network, preprocess);
    ObjectNode training = tree.has(TRAINING) ? object(TRAINING) : tree.objectNode();
    Optional<String> weights = usualWeights();
    requireAllRead(task);
    return new ModelConfig(
        model(network, task, preprocess, classes), resolved, training, weights, notes);
  }

  /** Rejects views that the task does not merge or that the preprocessing cannot produce. */
  private void requireViews(Task<?, ?> task, Network<?> network, Preprocess preprocess) {
    if (augment.isMissingNode()) {
      return;
    }
    if (resolvedAugment.isEmpty()) {
      throw new ConfigException(
          "'test.augment' is not supported: views of an image can be merged in semantic"
              + " segmentation and in detection with non-maximum suppression, but not in the task '"
              + task.name()
              + "' with a network that predicts "
              + network.predictions().getSimpleName()
              + "; remove the key");
    }
    try {
      task.passes().views(preprocess);
    } catch (IllegalArgumentException e) {
      throw new ConfigException("'test.augment': " + e.getMessage());
    }
    resolved.withObject("/" + TEST).set(AUGMENT, resolvedAugment.get());
  }

  private <T extends Record> Optional<T> augmentation(T defaults) {
    if (augment.isMissingNode()) {
      return Optional.empty();
    }
    String path = TEST + "." + AUGMENT;
    if (!(augment instanceof ObjectNode section)) {
      throw new ConfigException("'" + path + "' is " + augment + ", expected an object");
    }
    ObjectNode merged = RecordBinder.merge(defaults, section, path);
    resolvedAugment = Optional.of(merged);
    @SuppressWarnings("unchecked")
    Class<T> type = (Class<T>) defaults.getClass();
    return Optional.of(RecordBinder.bind(merged, type, path));
  }

  /** The factory has checked that the task supports the network's predictions. */
  @SuppressWarnings("unchecked")
  private static <P extends Predictions, R> Model<P, R> model(
      Network<?> network, Task<P, R> task, Preprocess preprocess, List<String> classes) {
    return new Model<>((Network<? extends P>) network, task, preprocess, classes);
  }

  private void requireKnownSections() {
    Set<String> known = new LinkedHashSet<>(List.of(DESCRIPTION, WEIGHTS, CLASSES, TASK));
    for (Part.Kind kind : Part.Kind.values()) {
      known.add(kind.section());
    }
    known.addAll(List.of(PREPROCESS, TEST, TRAINING));
    registry.tasks().forEach(t -> known.addAll(t.sections()));
    tree.fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw new ConfigException(
                    "unknown key '" + name + "'" + DidYouMean.hint(name, List.copyOf(known)));
              }
            });
  }

  /**
   * Rejects sections that neither the network nor the task reads, since they would have no effect.
   */
  private void requireAllRead(Task<?, ?> task) {
    tree.fieldNames()
        .forEachRemaining(
            name -> {
              if (!read.contains(name)) {
                throw new ConfigException(
                    "'"
                        + name
                        + "' does not apply here: neither the model nor its task '"
                        + task.name()
                        + "' reads it");
              }
            });
  }

  private void copy(String name) {
    read.add(name);
    if (tree.has(name)) {
      resolved.set(name, tree.get(name));
    }
  }

  private Optional<String> usualWeights() {
    read.add(WEIGHTS);
    JsonNode weights = tree.path(WEIGHTS);
    if (!weights.isMissingNode() && !weights.isTextual()) {
      throw new ConfigException("'weights' is " + weights + ", expected a string");
    }
    return Optional.ofNullable(weights.textValue());
  }

  private List<String> classes() {
    read.add(CLASSES);
    List<String> names = new ArrayList<>();
    JsonNode classes = tree.path(CLASSES);
    if (classes instanceof ArrayNode array) {
      for (JsonNode name : array) {
        if (!name.isTextual()) {
          throw new ConfigException("'classes' contains " + name + ", expected only strings");
        }
        names.add(name.textValue());
      }
    } else if (!classes.isMissingNode()) {
      throw new ConfigException("'classes' is " + classes + ", expected a list of names");
    }
    return names;
  }

  private Network<?> composed() {
    Backbone backbone = part(Part.Kind.BACKBONE, Backbone.class);
    Optional<Adapter> adapter = optionalPart(Part.Kind.ADAPTER, Adapter.class);
    Optional<Neck> neck = optionalPart(Part.Kind.NECK, Neck.class);
    Head head = part(Part.Kind.HEAD, Head.class);
    return head.over(backbone, adapter, neck);
  }

  private <T> Optional<T> optionalPart(Part.Kind kind, Class<T> type) {
    return tree.has(kind.section()) ? Optional.of(part(kind, type)) : Optional.empty();
  }

  private <T> T part(Part.Kind kind, Class<T> type) {
    String name = kind.section();
    ObjectNode section = object(name).deepCopy();
    JsonNode typeName = section.remove("type");
    if (typeName == null || !typeName.isTextual()) {
      throw new ConfigException(
          "'" + name + ".type' is missing; known: " + String.join(", ", registry.types(kind)));
    }
    Part<?> part = registry.find(kind, typeName.textValue());
    for (RetiredKey retired : registry.retiredKeys(part)) {
      retired.replaceIn(section, name).ifPresent(notes::add);
    }
    ObjectNode merged = RecordBinder.merge(part.defaults(), section, name);
    ObjectNode written = resolved.putObject(name);
    written.put("type", part.type());
    written.setAll(merged);
    if (RecordBinder.component(part.defaults(), TEST) instanceof Record test) {
      merged.set(TEST, RecordBinder.tree(section(TEST, test)));
      written.remove(TEST);
    }
    return type.cast(RecordBinder.bind(merged, part.defaults().getClass(), name));
  }

  private Task<?, ?> task(Network<?> network) {
    read.add(TASK);
    JsonNode node = tree.path(TASK);
    List<TaskFactory> candidates =
        registry.tasks().stream()
            .filter(t -> !node.isMissingNode() || t.isImplied(network))
            .toList();
    if (!node.isMissingNode()) {
      candidates = candidates.stream().filter(t -> t.name().equals(node.asText())).toList();
      if (candidates.isEmpty()) {
        List<String> names = registry.tasks().stream().map(TaskFactory::name).toList();
        throw new ConfigException(
            "unknown task '" + node.asText() + "'" + DidYouMean.hint(node.asText(), names));
      }
      resolved.set(TASK, node);
    }
    for (TaskFactory candidate : candidates) {
      Optional<Task<?, ?>> task = candidate.create(network, sections());
      if (task.isPresent()) {
        return task.get();
      }
    }
    throw new ConfigException(
        node.isMissingNode()
            ? "no task supports a network that predicts " + network.predictions().getSimpleName()
            : "the task '"
                + node.asText()
                + "' does not support this network, which predicts "
                + network.predictions().getSimpleName());
  }

  private TaskFactory.Sections sections() {
    return new TaskFactory.Sections() {
      @Override
      public <T extends Record> T section(String name, T defaults) {
        return ModelConfigReader.this.section(name, defaults);
      }

      @Override
      public <T extends Record> T optional(String name, T defaults) {
        return tree.has(name) ? section(name, defaults) : defaults;
      }

      @Override
      public <T extends Record> Optional<T> augmentation(T defaults) {
        return ModelConfigReader.this.augmentation(defaults);
      }
    };
  }

  private <T extends Record> T section(String name, T defaults) {
    read.add(name);
    ObjectNode section = tree.has(name) ? object(name) : tree.objectNode();
    ObjectNode merged = RecordBinder.merge(defaults, section, name);
    resolved.set(name, merged);
    @SuppressWarnings("unchecked")
    Class<T> type = (Class<T>) defaults.getClass();
    return RecordBinder.bind(merged, type, name);
  }

  private ObjectNode object(String name) {
    read.add(name);
    if (tree.get(name) instanceof ObjectNode object) {
      return object;
    }
    throw new ConfigException(
        tree.has(name)
            ? "'" + name + "' is " + tree.get(name) + ", expected an object"
            : "the section '" + name + "' is missing");
  }
}
