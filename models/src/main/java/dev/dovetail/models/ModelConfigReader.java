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
 * Reads the tree of one config: a whole network, or the parts of one; the task, which the network
 * implies where none is named; and what both read. A part with a component {@code test} takes it
 * from the config's section of that name, where users know it.
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

  /** The key {@code test.augment}, which is the task's, whoever reads the section; else missing. */
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
              + "' needs the whole image; leave it out");
    }
    requireViews(task, network, preprocess);
    ObjectNode training = tree.has(TRAINING) ? object(TRAINING) : tree.objectNode();
    Optional<String> weights = usualWeights();
    requireAllRead(task);
    return new ModelConfig(
        model(network, task, preprocess, classes), resolved, training, weights, notes);
  }

  /** Refuses views that the task does not merge or that the preprocessing cannot produce. */
  private void requireViews(Task<?, ?> task, Network<?> network, Preprocess preprocess) {
    if (augment.isMissingNode()) {
      return;
    }
    if (resolvedAugment.isEmpty()) {
      throw new ConfigException(
          "'test.augment' cannot be used: views of an image are merged in semantic segmentation and"
              + " in detection by networks whose objects suppress each other, not in the task '"
              + task.name()
              + "' by a network that predicts "
              + network.predictions().getSimpleName()
              + "; leave it out");
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
    if (!(augment instanceof ObjectNode given)) {
      throw new ConfigException("'" + path + "' is " + augment + ", expected an object");
    }
    ObjectNode merged = RecordBinder.merge(defaults, given, path);
    resolvedAugment = Optional.of(merged);
    @SuppressWarnings("unchecked")
    Class<T> type = (Class<T>) defaults.getClass();
    return Optional.of(RecordBinder.bind(merged, type, path));
  }

  /** The factory checked that the task takes the network's predictions. */
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

  /** What neither the network nor the task reads would be without effect. */
  private void requireAllRead(Task<?, ?> task) {
    tree.fieldNames()
        .forEachRemaining(
            name -> {
              if (!read.contains(name)) {
                throw new ConfigException(
                    "'"
                        + name
                        + "' has no meaning here: neither the model nor its task '"
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
      throw new ConfigException("'weights' is " + weights + ", expected a text");
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
          throw new ConfigException("'classes' has " + name + ": expected texts");
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
    ObjectNode given = object(name).deepCopy();
    JsonNode typeName = given.remove("type");
    if (typeName == null || !typeName.isTextual()) {
      throw new ConfigException(
          "'" + name + ".type' is missing; known: " + String.join(", ", registry.types(kind)));
    }
    Part<?> part = registry.find(kind, typeName.textValue());
    for (RetiredKey retired : registry.retiredKeys(part)) {
      retired.replaceIn(given, name).ifPresent(notes::add);
    }
    ObjectNode merged = RecordBinder.merge(part.defaults(), given, name);
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
    JsonNode given = tree.path(TASK);
    List<TaskFactory> candidates =
        registry.tasks().stream()
            .filter(t -> !given.isMissingNode() || t.isImplied(network))
            .toList();
    if (!given.isMissingNode()) {
      candidates = candidates.stream().filter(t -> t.name().equals(given.asText())).toList();
      if (candidates.isEmpty()) {
        List<String> names = registry.tasks().stream().map(TaskFactory::name).toList();
        throw new ConfigException(
            "unknown task '" + given.asText() + "'" + DidYouMean.hint(given.asText(), names));
      }
      resolved.set(TASK, given);
    }
    for (TaskFactory candidate : candidates) {
      Optional<Task<?, ?>> task = candidate.create(network, sections());
      if (task.isPresent()) {
        return task.get();
      }
    }
    throw new ConfigException(
        given.isMissingNode()
            ? "there is no task for a network that predicts "
                + network.predictions().getSimpleName()
            : "the task '"
                + given.asText()
                + "' cannot use this network, which predicts "
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
    ObjectNode given = tree.has(name) ? object(name) : tree.objectNode();
    ObjectNode merged = RecordBinder.merge(defaults, given, name);
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
