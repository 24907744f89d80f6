package dev.dovetail.models.huggingface;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.graph.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.Trace;
import dev.dovetail.heads.ClassificationHead;
import dev.dovetail.heads.Head;
import dev.dovetail.models.Model;
import dev.dovetail.models.Part;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.models.config.ConfigException;
import dev.dovetail.models.config.ConfigFile;
import dev.dovetail.models.config.RecordBinder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;

/**
 * A directory as transformers' {@code save_pretrained} writes it, or timm's for Hugging Face:
 * {@code config.json}, the weights beside it, perhaps {@code preprocessor_config.json}.
 *
 * @param family that understands the config
 */
public record HuggingFaceDirectory(Path folder, ObjectNode config, HuggingFaceFamily family) {

  private static final String CONFIG = "config.json";
  private static final String PROCESSOR = "preprocessor_config.json";

  /** Whether a path is such a directory. */
  public static boolean is(Path path) {
    return Files.isRegularFile(path.resolve(CONFIG));
  }

  /**
   * Reads its config, and of its weights whether they are bfloat16's.
   *
   * @throws IOException if it cannot be read
   * @throws ConfigException if no family understands it; the message lists what is known
   */
  public static HuggingFaceDirectory read(Path folder, PartRegistry registry) throws IOException {
    Path file = folder.resolve(CONFIG);
    ObjectNode config = ConfigFile.read(file);
    if (!config.has("model_type") && config.has("architecture")) {
      return new HuggingFaceDirectory(folder, config, new TimmHub(registry));
    }
    String type = config.path("model_type").asText();
    Set<String> known = new TreeSet<>();
    for (HuggingFaceFamily family : ServiceLoader.load(HuggingFaceFamily.class)) {
      if (family.modelTypes().contains(type)) {
        return new HuggingFaceDirectory(folder, Bfloat16Model.told(config, folder), family);
      }
      known.addAll(family.modelTypes());
    }
    throw new ConfigException(
        String.format(
            Locale.ROOT,
            "%s: %s; known: %s",
            file,
            type.isEmpty() ? "it has no model_type" : "the model_type '" + type + "' is not known",
            String.join(", ", known)));
  }

  /**
   * The same model as a config of ours, with names for its classes and the preparation of images
   * that it asks for.
   *
   * @throws IOException if a file cannot be read
   * @throws ConfigException if a file asks for what there is not; the message names file and key
   */
  public ObjectNode modelConfig(PartRegistry registry) throws IOException {
    Path processor = folder.resolve(PROCESSOR);
    ObjectNode processing =
        Files.exists(processor)
            ? ConfigFile.read(processor)
            : JsonNodeFactory.instance.objectNode();
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("description", folder.toRealPath().getFileName().toString());
    try {
      Head head = family.head(config);
      if (head.classes() > 0) {
        family.classNames(config).forEach(tree.withArray("classes")::add);
      }
      part(tree, registry, Part.Kind.BACKBONE, family.backbone(config));
      if (!(head instanceof ClassificationHead)) {
        tree.putObject(Part.Kind.ADAPTER.section()).put("type", "plain");
      }
      part(tree, registry, Part.Kind.HEAD, head);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(folder.resolve(CONFIG) + ": " + e.getMessage());
    }
    try {
      tree.set("preprocess", RecordBinder.tree(family.preprocess(config, processing)));
    } catch (IllegalArgumentException e) {
      throw new ConfigException(processor + ": " + e.getMessage());
    }
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
  public Graph graph(Model model, int batch, int height, int width) {
    Trace trace = new Trace();
    Tensor image = trace.input("pixel_values", DType.FLOAT32, batch, 3, height, width);
    Backbone backbone = model.backbone();
    int classes = model.task().head().classes();
    Map<String, Tensor> outputs = family.outputs(trace.root(), config, backbone, image, classes);
    return trace.graph(outputs);
  }
}
