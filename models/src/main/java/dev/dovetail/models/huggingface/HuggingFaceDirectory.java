package dev.dovetail.models.huggingface;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.graph.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.Trace;
import dev.dovetail.heads.BackboneNetwork;
import dev.dovetail.heads.ClassificationHead;
import dev.dovetail.heads.Head;
import dev.dovetail.models.Model;
import dev.dovetail.models.Part;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.models.config.ConfigException;
import dev.dovetail.models.config.ConfigTree;
import dev.dovetail.models.config.RecordBinder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * A directory as transformers' {@code save_pretrained} writes it, or timm's for Hugging Face:
 * {@code config.json}, the weights beside it, perhaps {@code preprocessor_config.json}.
 *
 * @param family that understands the config
 */
public record HuggingFaceDirectory(Path folder, ConfigTree config, HuggingFaceFamily family) {

  private static final String CONFIG = "config.json";

  /** Whether a path is such a directory. */
  public static boolean is(Path path) {
    return Files.isRegularFile(path.resolve(CONFIG));
  }

  /**
   * Reads its config.
   *
   * @throws IOException if it cannot be read
   * @throws ConfigException if no family understands it; the message lists what is known
   */
  public static HuggingFaceDirectory read(Path folder, PartRegistry registry) throws IOException {
    ConfigTree config = ConfigTree.read(folder.resolve(CONFIG));
    if (!config.has("model_type") && config.has("architecture")) {
      return new HuggingFaceDirectory(folder, config, new TimmHub(registry));
    }
    String type = config.has("model_type") ? config.text("model_type", "") : "";
    Set<String> known = new TreeSet<>();
    for (HuggingFaceFamily family : ServiceLoader.load(HuggingFaceFamily.class)) {
      if (family.modelTypes().contains(type)) {
        return new HuggingFaceDirectory(folder, config, family);
      }
      known.addAll(family.modelTypes());
    }
    throw new ConfigException(
        String.format(
            Locale.ROOT,
            "%s: %s; known: %s",
            config.source(),
            type.isEmpty() ? "it has no model_type" : "the model_type '" + type + "' is not known",
            String.join(", ", known)));
  }

  /**
   * The same model as a config of ours, with names for its classes, the preparation of images that
   * it asks for, and the library's rule for what comes after the model.
   *
   * @param notes takes sentences for the user: what the files do not say and had to be assumed, and
   *     what they say without an effect
   * @throws IOException if a file cannot be read
   * @throws ConfigException if a file asks for what there is not; the message names file and key
   */
  public ObjectNode modelConfig(PartRegistry registry, Consumer<String> notes) throws IOException {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("description", folder.toRealPath().getFileName().toString());
    boolean timm = family instanceof TimmHub;
    ImageProcessing processing =
        timm ? TimmHub.processing(config) : ImageProcessor.read(folder, config);
    try {
      if (!timm) {
        Architecture.onlyUsual(config);
      }
      part(tree, registry, Part.Kind.BACKBONE, family.backbone(config));
      Head head = family.head(config);
      if (head.classes() > 0) {
        family.classNames(config).forEach(tree.withArray("classes")::add);
      }
      if (!(head instanceof ClassificationHead)) {
        tree.putObject(Part.Kind.ADAPTER.section()).put("type", "plain");
      }
      part(tree, registry, Part.Kind.HEAD, head);
      tree.set("preprocess", RecordBinder.tree(processing.preprocess()));
      tree.setAll(
          family.taskSections(
              config, processing.reduceLabels(), processing.preprocess().scale()));
    } catch (ConfigException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new ConfigException(config.source() + ": " + e.getMessage());
    }
    if (!timm && Architecture.of(config).isEmpty()) {
      notes.accept(config.source() + " names no 'architectures'; the backbone alone is taken");
    }
    processing.notes().forEach(notes);
    return tree;
  }

  private static void part(ObjectNode tree, PartRegistry registry, Part.Kind kind, Object part) {
    ObjectNode section = tree.putObject(kind.section());
    section.put("type", registry.typeOf(kind, part));
    section.setAll(RecordBinder.tree((Record) part));
  }

  /**
   * What the source library gives, by its names ({@code logits}, {@code hidden_states.0}, …), for
   * {@code pixel_values} float32 [batch, 3, height, width].
   *
   * @param model the model of {@link #modelConfig}
   */
  public Graph graph(Model<?, ?> model, int batch, int height, int width) {
    Trace trace = new Trace();
    Tensor image = trace.input("pixel_values", DType.FLOAT32, batch, 3, height, width);
    if (!(model.network() instanceof BackboneNetwork<?> network)) {
      throw new IllegalArgumentException(folder + ": the model is not built around a backbone");
    }
    Backbone backbone = network.backbone();
    int classes = network.classes();
    Map<String, Tensor> outputs = family.outputs(trace.root(), config, backbone, image, classes);
    return trace.graph(outputs);
  }
}
