package dev.dovetail.models.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.files.DidYouMean;
import dev.dovetail.images.Preprocess;
import dev.dovetail.registry.config.ConfigException;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.config.RecordBinder;
import dev.dovetail.registry.huggingface.HuggingFaceReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the image processor of a directory of transformers: the values of its file over the
 * defaults of its class. As in transformers 5, {@code null} also means the default.
 */
final class ImageProcessor {

  private static final String FILE = "preprocessor_config.json";
  private static final String TYPE = "image_processor_type";
  private static final String OLD_TYPE = "feature_extractor_type";
  private static final String NESTED = "image_processor";
  private static final String SIZE = "size";
  private static final String CROP_SIZE = "crop_size";
  private static final String PAD = "do_pad";
  private static final String PAD_BEFORE = "pad_and_return_pixel_mask";
  private static final String IGNORE = "ignore_index";
  private static final String MAX_SIZE = "max_size";

  /** Keys that do not affect a single image: those of Python, batches, and training. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "_processor_class",
          "_valid_processor_keys",
          "auto_map",
          "data_format",
          "device",
          "disable_grouping",
          "do_convert_annotations",
          OLD_TYPE,
          "format",
          IGNORE,
          TYPE,
          "input_data_format",
          "model_input_names",
          "num_labels",
          PAD_BEFORE,
          "processor_class",
          "return_tensors",
          "transformers_version");

  private ImageProcessor() {}

  /**
   * Reads the processor of a directory.
   *
   * @param config the {@code config.json} of the directory
   * @param reader the reader of the config, which has defaults for a missing file
   * @throws IOException if a file cannot be read
   * @throws ConfigException if a value is not supported; the message names the file and the key
   */
  static ImageProcessing read(Path folder, ConfigTree config, HuggingFaceReader<?> reader)
      throws IOException {
    Optional<ConfigTree> tree = file(folder);
    if (tree.isEmpty()) {
      return assumed(folder, config, reader);
    }
    ConfigTree file = tree.get();
    ImageProcessorDefaults defaults = defaults(file, config, reader);
    ObjectNode values = defaults.values().deepCopy();
    List<String> known = new ArrayList<>();
    values.fieldNames().forEachRemaining(known::add);
    List<String> left = new ArrayList<>();
    ObjectNode stated = withoutNulls(file.node());
    boolean reduce = reduceLabels(file.with(stated));
    stated.remove(List.of("reduce_labels", "do_reduce_labels"));
    earlierForms(stated, defaults);
    for (Map.Entry<String, JsonNode> e : stated.properties()) {
      if (values.has(e.getKey())) {
        values.set(e.getKey(), e.getValue());
      } else if (!WITHOUT_EFFECT.contains(e.getKey()) && e.getValue().asBoolean(true)) {
        left.add("'" + e.getKey() + "'" + DidYouMean.near(e.getKey(), known));
      }
    }
    List<String> notes = new ArrayList<>();
    if (!left.isEmpty()) {
      notes.add(
          String.format(
              Locale.ROOT,
              "%s: %s has no %s; ignored, as by transformers",
              file.source(),
              defaults.type(),
              String.join(", ", left)));
    }
    return processing(defaults, file.with(values), reduce, notes);
  }

  /** Keys of earlier versions that were renamed. */
  private static void earlierForms(ObjectNode stated, ImageProcessorDefaults defaults) {
    JsonNode pads = stated.get(PAD_BEFORE);
    if (pads != null && defaults.values().has(PAD_BEFORE) && !stated.has(PAD)) {
      stated.set(PAD, pads);
    }
    JsonNode most = stated.get(MAX_SIZE);
    if (most != null && defaults.rule("max_size_alone") > 0 && !stated.has(SIZE)) {
      stated.set(SIZE, defaults.values().get(SIZE).deepCopy());
      ((ObjectNode) stated.get(SIZE)).set("longest_edge", most);
    }
  }

  private static ImageProcessing processing(
      ImageProcessorDefaults defaults, ConfigTree values, boolean reduce, List<String> notes) {
    ImageProcessorSteps steps = new ImageProcessorSteps(defaults, values);
    Optional<Integer> ignored =
        values.has(IGNORE) ? Optional.of(values.integer(IGNORE, 0, 0)) : Optional.empty();
    boolean reduced = reduce || ignored.isPresent() && defaults.rule("ignored_is_reduced") > 0;
    return new ImageProcessing(steps.preprocess(), reduced, ignored, steps.window(), notes);
  }

  /** The newer file contains the older one as a nested object. */
  private static Optional<ConfigTree> file(Path folder) throws IOException {
    for (String name : List.of("processor_config.json", FILE)) {
      Path path = folder.resolve(name);
      ConfigTree file = Files.exists(path) ? ConfigTree.read(path) : null;
      if (file != null && file.has(NESTED)) {
        return Optional.of(file.child(NESTED));
      }
      if (file != null && name.equals(FILE)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  private static ImageProcessorDefaults defaults(
      ConfigTree file, ConfigTree config, HuggingFaceReader<?> reader) {
    ConfigTree naming = file.has(TYPE) || file.has(OLD_TYPE) || !config.has(TYPE) ? file : config;
    String key = naming.has(TYPE) || !naming.has(OLD_TYPE) ? TYPE : OLD_TYPE;
    String name =
        naming.has(key)
            ? naming.text(key, "").replace("FeatureExtractor", "ImageProcessor")
            : reader.imageProcessor(config);
    return defaults(name, naming, key, reader);
  }

  private static ImageProcessorDefaults defaults(
      String name, ConfigTree naming, String key, HuggingFaceReader<?> reader) {
    Map<String, ObjectNode> ofFamily = reader.imageProcessors();
    return ImageProcessorDefaults.of(name, ofFamily)
        .orElseThrow(
            () ->
                naming.wrong(
                    key,
                    "one of the supported image processors: "
                        + String.join(", ", ImageProcessorDefaults.types(ofFamily))));
  }

  /** Returns the defaults for a missing file, which transformers rejects. */
  private static ImageProcessing assumed(
      Path folder, ConfigTree config, HuggingFaceReader<?> reader) {
    ImageProcessorDefaults defaults = defaults(reader.imageProcessor(config), config, TYPE, reader);
    ObjectNode values = defaults.values().deepCopy();
    boolean square = values.get(SIZE).has("height");
    int usual = values.get(SIZE).path(square ? "height" : "shortest_edge").intValue();
    Optional<List<Integer>> trained = reader.imageSize(config);
    List<Integer> size = trained.orElse(List.of(usual, usual));
    boolean bounded =
        values.get(SIZE).has("longest_edge"); // of detectors: neither a square nor a crop
    if (!square && !(bounded && trained.isEmpty())) {
      values.putObject(SIZE).put("shortest_edge", Math.min(size.get(0), size.get(1)));
      values.putArray(CROP_SIZE).add(size.get(0)).add(size.get(1));
    } else if (trained.isPresent()) {
      values.putObject(SIZE).put("height", size.get(0)).put("width", size.get(1));
      values.put("do_center_crop", false);
    }
    ConfigTree tree = ConfigTree.of(values, "the defaults of " + defaults.type());
    Preprocess p = new ImageProcessorSteps(defaults, tree).preprocess();
    String text =
        "%s has no %s; images are prepared with the defaults of %s, which may differ from those"
            + " of the training: 'preprocess' is %s, and do_reduce_labels is false";
    String note =
        String.format(Locale.ROOT, text, folder, FILE, defaults.type(), RecordBinder.tree(p));
    return new ImageProcessing(p, List.of(note));
  }

  private static ObjectNode withoutNulls(ObjectNode node) {
    ObjectNode copy = node.objectNode();
    for (Map.Entry<String, JsonNode> e : node.properties()) {
      if (!e.getValue().isNull()) {
        copy.set(
            e.getKey(),
            e.getValue() instanceof ObjectNode below ? withoutNulls(below) : e.getValue());
      }
    }
    return copy;
  }

  /** The old key has the same meaning. */
  private static boolean reduceLabels(ConfigTree stated) {
    boolean old = stated.flag("reduce_labels", false);
    boolean reduce = stated.flag("do_reduce_labels", old);
    if (stated.has("reduce_labels") && old != reduce) {
      throw stated.wrong("reduce_labels", reduce + ", the value of 'do_reduce_labels'");
    }
    return reduce;
  }
}
