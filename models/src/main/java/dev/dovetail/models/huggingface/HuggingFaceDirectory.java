package dev.dovetail.models.huggingface;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.core.DType;
import dev.dovetail.files.DidYouMean;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.Network;
import dev.dovetail.heads.BackboneNetwork;
import dev.dovetail.heads.classification.ClassificationHead;
import dev.dovetail.models.Model;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.registry.Part;
import dev.dovetail.registry.config.ConfigException;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.config.RecordBinder;
import dev.dovetail.registry.huggingface.Architecture;
import dev.dovetail.registry.huggingface.HuggingFaceReader;
import dev.dovetail.registry.huggingface.Labels;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.tensors.CheckpointException;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A directory written by transformers' {@code save_pretrained}, or by timm for Hugging Face: {@code
 * config.json}, weights, and optionally {@code preprocessor_config.json}.
 *
 * @param reader the reader of the config
 */
public record HuggingFaceDirectory(Path folder, ConfigTree config, HuggingFaceReader<?> reader) {

  private static final String CONFIG = "config.json";

  /** The tap of the final output of parts. */
  private static final Pattern AT_ROOT = Pattern.compile("\\w+(\\.\\d+)?");

  /** The maps of a neck, finest first. */
  private static final Pattern ENCODED = Pattern.compile("neck\\.p(\\d+)");

  /** Returns whether a path is such a directory. */
  public static boolean is(Path path) {
    return Files.isRegularFile(path.resolve(CONFIG));
  }

  /**
   * Reads the config of a directory.
   *
   * @throws IOException if it cannot be read
   * @throws ConfigException if no reader supports it; the message lists the supported types
   */
  public static HuggingFaceDirectory read(Path folder, PartRegistry registry) throws IOException {
    ConfigTree config = ConfigTree.read(folder.resolve(CONFIG));
    if (!config.has("model_type") && config.has("architecture")) {
      return new HuggingFaceDirectory(folder, config, new TimmHub(registry));
    }
    String type = config.has("model_type") ? config.text("model_type", "") : "";
    SortedMap<String, HuggingFaceReader<?>> readers = registry.huggingFace();
    if (readers.containsKey(type)) {
      return new HuggingFaceDirectory(folder, config, readers.get(type));
    }
    throw new ConfigException(
        String.format(
            Locale.ROOT,
            "%s: %s; known: %s%s",
            config.source(),
            type.isEmpty() ? "it has no model_type" : "the model_type '" + type + "' is unknown",
            String.join(", ", readers.keySet()),
            DidYouMean.near(type, readers.keySet())));
  }

  /**
   * Converts the directory to a Dovetail config with class names, preprocessing, and the library's
   * post-processing.
   *
   * @param notes receives messages for the user about assumptions and about values without effect
   * @throws IOException if a file cannot be read
   * @throws ConfigException if a file contains an unsupported value; the message names the file and
   *     the key
   */
  public ObjectNode modelConfig(PartRegistry registry, Consumer<String> notes) throws IOException {
    return modelConfig(registry, "", notes);
  }

  /**
   * Converts the directory to a Dovetail config for the specified task.
   *
   * @param chosen name of the task; empty for the default
   * @param notes receives messages for the user
   * @throws IOException if a file cannot be read
   * @throws ConfigException if a file contains an unsupported value; the message names the file and
   *     the key
   */
  public ObjectNode modelConfig(PartRegistry registry, String chosen, Consumer<String> notes)
      throws IOException {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("description", folder.toRealPath().getFileName().toString());
    boolean timm = reader instanceof TimmHub;
    ImageProcessing processing =
        timm ? TimmHub.processing(config) : ImageProcessor.read(folder, config, reader);
    try {
      if (!timm) {
        Architecture.onlyUsual(config);
      }
      Record model = model();
      List<Record> decoder = reader.decoder(config);
      Labels labels = reader.labels(config);
      part(tree, registry, model);
      if (!labels.names().isEmpty()) {
        labels.names().forEach(tree.withArray("classes")::add);
      }
      decoder.forEach(part -> part(tree, registry, part));
      if (model instanceof Backbone && decoder.isEmpty()) {
        part(tree, registry, new ClassificationHead(labels.count()));
      }
      tree.set("preprocess", RecordBinder.tree(processing.preprocess()));
      String task = chosen.isEmpty() ? processing.task(reader.task(config)) : chosen;
      if (!task.isEmpty()) {
        tree.put("task", task);
      }
      tree.setAll(
          reader.taskSections(
              config, task, processing.reduceLabels(), processing.preprocess().target().scale()));
      processing.addTo(tree);
    } catch (ConfigException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new ConfigException(config.source() + ": " + e.getMessage());
    }
    if (!timm && Architecture.of(config).isEmpty() && tree.has(Part.Kind.BACKBONE.section())) {
      notes.accept(
          config.source() + " does not specify 'architectures'; only the backbone is used");
    }
    processing.notes().forEach(notes);
    return tree;
  }

  /**
   * Reads the backbone or the whole network from the config and the weights.
   *
   * @throws IOException if the weights cannot be read
   * @throws IllegalArgumentException if they contain an unsupported value
   */
  public Record model() throws IOException {
    return reader.model(config, state());
  }

  private Map<String, float[]> state() throws IOException {
    Map<String, float[]> state = new HashMap<>();
    if (reader.state().isEmpty()) {
      return state;
    }
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      for (String name : reader.state()) {
        TensorSource tensor = checkpoint.tensors().get(name);
        if (tensor != null) {
          state.put(name, tensor.floats());
        }
      }
    } catch (CheckpointException e) {
      return state; // missing or unreadable weights are reported when they are loaded
    }
    return state;
  }

  private static void part(ObjectNode tree, PartRegistry registry, Record variant) {
    Part<?> part = registry.partOf(variant);
    ObjectNode section = tree.putObject(part.kind().section());
    section.put("type", part.type());
    section.setAll(RecordBinder.tree(variant));
  }

  /**
   * Traces the outputs of the source library with its names ({@code logits}, {@code
   * hidden_states.0}, …), for {@code pixel_values} float32 [batch, 3, height, width].
   *
   * @param model the model of {@link #modelConfig}
   */
  public Graph graph(Model<?, ?> model, int batch, int height, int width) {
    return graph(reader, model.network(), List.of(batch, 3, height, width));
  }

  private <M extends Record> Graph graph(
      HuggingFaceReader<M> reader, Network<?> network, List<Integer> shape) {
    Object part = network instanceof BackboneNetwork<?> around ? around.backbone() : network;
    Record stated = reader.model(config);
    if (part.getClass() != stated.getClass()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: its outputs are those of a %s, but the model is a %s",
              folder,
              stated.getClass().getSimpleName(),
              part.getClass().getSimpleName()));
    }
    @SuppressWarnings("unchecked") // has the class of the reader
    M described = (M) part;
    Trace trace = new Trace();
    Tensor image =
        trace.input(
            "pixel_values", DType.FLOAT32, shape.stream().mapToInt(Integer::intValue).toArray());
    Scope root = trace.root();
    Map<String, Tensor> outputs = reader.outputs(root, config, described, image, network.classes());
    return outputs.isEmpty() ? ownValues(trace, network, image) : trace.graph(outputs);
  }

  /** Returns the predictions of a network and its taps at the root with transformers' names. */
  private static Graph ownValues(Trace trace, Network<?> network, Tensor image) {
    Scope root = trace.root();
    Map<String, Tensor> outputs =
        new LinkedHashMap<>(network.forward(root, ImageBatch.ofInputs(root, image)).tensors());
    for (Map.Entry<String, Tensor> value : trace.graph(outputs).values().entrySet()) {
      Matcher map = ENCODED.matcher(value.getKey());
      if (map.matches()) {
        int level = Integer.parseInt(map.group(1)) - 1;
        outputs.putIfAbsent("encoder_last_hidden_state." + level, value.getValue());
      } else if (AT_ROOT.matcher(value.getKey()).matches()) {
        outputs.putIfAbsent(value.getKey(), value.getValue());
      }
    }
    return trace.graph(outputs);
  }
}
