package dev.dovetail.models.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.formats.Size;
import dev.dovetail.images.CentreCrop.Rounding;
import dev.dovetail.images.Preprocess;
import dev.dovetail.images.Preprocess.Crop;
import dev.dovetail.images.Preprocess.Filter;
import dev.dovetail.images.Preprocess.Fit;
import dev.dovetail.images.Preprocess.Target;
import dev.dovetail.registry.config.ConfigException;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.config.DidYouMean;
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
import java.util.TreeSet;

/**
 * The image processor of a directory of transformers: what its file states, over the defaults of
 * the class that it names. As in transformers 5, {@code null} is the default too.
 */
final class ImageProcessor {

  private static final String FILE = "preprocessor_config.json";
  private static final String TYPE = "image_processor_type";
  private static final String OLD_TYPE = "feature_extractor_type";
  private static final String NESTED = "image_processor";
  private static final String SIZE = "size";
  private static final String CROP_SIZE = "crop_size";

  private static final String SIZE_FORMS =
      "a whole number above 0, [height, width], {height, width}, {shortest_edge}, {shortest_edge,"
          + " longest_edge} or {max_height, max_width}";

  /** By Pillow's number. */
  private static final List<Filter> FILTERS =
      List.of(
          Filter.NEAREST,
          Filter.LANCZOS,
          Filter.BILINEAR,
          Filter.BICUBIC,
          Filter.BOX,
          Filter.HAMMING);

  /** Keys that change nothing about one image: of Python, of batches, of the training. */
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
          "ignore_index",
          TYPE,
          "input_data_format",
          "model_input_names",
          "num_labels",
          "pad_and_return_pixel_mask",
          "processor_class",
          "return_tensors",
          "transformers_version");

  /** ConvNeXt's processor crops below this size and stretches from it on. */
  private static final int CROPPED_BELOW = 384;

  private final ImageProcessorDefaults defaults;
  private final ConfigTree values;

  private ImageProcessor(ImageProcessorDefaults defaults, ConfigTree values) {
    this.defaults = defaults;
    this.values = values;
  }

  /**
   * Reads the processor of a directory.
   *
   * @param config its {@code config.json}
   * @param reader that understands the config, and knows what it leaves out
   * @throws IOException if a file cannot be read
   * @throws ConfigException if it states what there is not; the message names file and key
   */
  static ImageProcessing read(Path folder, ConfigTree config, HuggingFaceReader<?> reader)
      throws IOException {
    Optional<ConfigTree> found = file(folder);
    if (found.isEmpty()) {
      return assumed(folder, config, reader);
    }
    ConfigTree file = found.get();
    ImageProcessorDefaults defaults = defaults(file, config, reader);
    ObjectNode values = defaults.values().deepCopy();
    List<String> known = new ArrayList<>();
    values.fieldNames().forEachRemaining(known::add);
    List<String> left = new ArrayList<>();
    ObjectNode stated = withoutNulls(file.node());
    boolean reduce = reduceLabels(file.with(stated));
    stated.remove(List.of("reduce_labels", "do_reduce_labels"));
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
    Preprocess preprocess = new ImageProcessor(defaults, file.with(values)).preprocess();
    return new ImageProcessing(preprocess, reduce, notes);
  }

  /** The newer file nests what the older one is. */
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
                    "one of the classes whose preparation of images is known: "
                        + String.join(", ", ImageProcessorDefaults.types(ofFamily))));
  }

  /** No file: transformers would refuse the directory. */
  private static ImageProcessing assumed(
      Path folder, ConfigTree config, HuggingFaceReader<?> reader) {
    ImageProcessorDefaults defaults = defaults(reader.imageProcessor(config), config, TYPE, reader);
    ObjectNode values = defaults.values().deepCopy();
    boolean square = values.get(SIZE).has("height");
    int usual = values.get(SIZE).path(square ? "height" : "shortest_edge").intValue();
    Optional<List<Integer>> trained = reader.imageSize(config);
    List<Integer> size = trained.orElse(List.of(usual, usual));
    if (!square) {
      values.putObject(SIZE).put("shortest_edge", Math.min(size.get(0), size.get(1)));
      values.putArray(CROP_SIZE).add(size.get(0)).add(size.get(1));
    } else if (trained.isPresent()) {
      values.putObject(SIZE).put("height", size.get(0)).put("width", size.get(1));
      values.put("do_center_crop", false);
    }
    ConfigTree tree = ConfigTree.of(values, "the defaults of " + defaults.type());
    Preprocess p = new ImageProcessor(defaults, tree).preprocess();
    String text =
        "%s has no %s; images are prepared by the defaults of %s, which need not be those of the"
            + " training: 'preprocess' is %s, and do_reduce_labels is false";
    String note =
        String.format(Locale.ROOT, text, folder, FILE, defaults.type(), RecordBinder.tree(p));
    return new ImageProcessing(p, false, List.of(note));
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

  /** The old key means the same. */
  private static boolean reduceLabels(ConfigTree stated) {
    boolean old = stated.flag("reduce_labels", false);
    boolean reduce = stated.flag("do_reduce_labels", old);
    if (stated.has("reduce_labels") && old != reduce) {
      throw stated.wrong("reduce_labels", reduce + ", as 'do_reduce_labels' is");
    }
    return reduce;
  }

  // The values of one class

  private boolean is(String flag) {
    return values.flag(flag, false);
  }

  private Preprocess preprocess() {
    is("do_convert_rgb"); // images are decoded as three channels in any case
    Resized resized = resized();
    for (Map.Entry<String, String> e : defaults.refused().entrySet()) {
      boolean edges = e.getKey().equals("size.shortest_edge");
      if (edges ? resized.fit() != Fit.STRETCH : is(e.getKey())) {
        throw unsupported(e.getKey(), e.getValue());
      }
    }
    if (is("do_pad") && values.has("pad_size")) {
      throw values.wrong("pad_size", "none: padding to one size is not supported");
    }
    Crop crop = resized.crop();
    if (is("do_center_crop")) {
      crop = new Crop(cropSize(resized), Rounding.DOWN);
    }
    double given = values.number("rescale_factor", 1, Double.MIN_VALUE);
    double factor = is("do_rescale") ? given : 1;
    double offset = is("do_rescale") && is("rescale_offset") ? 1 : 0;
    List<Float> means = new ArrayList<>();
    List<Float> deviations = new ArrayList<>();
    List<Double> mean = values.channels("image_mean", 3, 0, 0, 0);
    List<Double> std = values.channels("image_std", 3, 1, 1, 1);
    if (std.stream().anyMatch(v -> !(v > 0))) {
      throw values.wrong("image_std", "numbers above 0");
    }
    for (int c = 0; c < 3; c++) {
      boolean normalised = is("do_normalize");
      means.add((float) (((normalised ? mean.get(c) : 0) + offset) / factor));
      double deviation = normalised ? std.get(c) : 1;
      // EfficientNet's classifiers are divided once more.
      deviations.add((float) (deviation * (is("include_top") ? std.get(c) : 1) / factor));
    }
    return new Preprocess(
        is("do_resize") ? resized.target() : resized.target().kept(),
        filter(),
        crop,
        1,
        means,
        deviations,
        !is("do_flip_channel_order"));
  }

  private ConfigException unsupported(String key, String why) {
    return new ConfigException(
        String.format(
            Locale.ROOT,
            "%s: %s with '%s' is not supported: %s",
            values.source(),
            defaults.type(),
            key,
            why));
  }

  /**
   * How an image gets its size.
   *
   * @param crop what belongs to it, before {@code do_center_crop}
   */
  private record Resized(Target target, Crop crop) {

    Resized(Target target) {
      this(target, Crop.none());
    }

    static Resized stretched(int height, int width) {
      return new Resized(Target.size(Fit.STRETCH, height, width));
    }

    Fit fit() {
      return target.fit();
    }

    /** Whether every image holds a middle of this size after it. */
    boolean holds(List<Integer> middle) {
      boolean known = fit() == Fit.STRETCH || fit() == Fit.SHORT_EDGE;
      return !known
          || middle.get(0) <= target.scale().get(0) && middle.get(1) <= target.scale().get(1);
    }
  }

  private Resized resized() {
    Resized resized = size();
    boolean exact = resized.fit() == Fit.STRETCH;
    if (values.has("crop_pct")) {
      return cropped(resized);
    }
    if (values.has("ensure_multiple_of")) {
      int multiple = values.integer("ensure_multiple_of", 1, 1);
      if (!exact) {
        throw values.wrong(SIZE, "{height, width}, which " + defaults.type() + " needs");
      }
      Size size = resized.target().size();
      return Resized.stretched(nearest(size.height(), multiple), nearest(size.width(), multiple));
    }
    int divisor = values.integer("size_divisor", 0, 0);
    if (divisor > 1 && is("do_resize")) {
      if (!exact) {
        throw unsupported(
            "size_divisor", "sides are rounded up to multiples of " + divisor + " as they resize");
      }
      Size up = resized.target().size().roundedUp(divisor);
      return Resized.stretched(up.height(), up.width());
    }
    return resized;
  }

  private int nearest(int length, int multiple) {
    int rounded = (int) Math.rint((double) length / multiple) * multiple;
    if (rounded == 0) {
      throw values.wrong("ensure_multiple_of", "less than twice the size");
    }
    return rounded;
  }

  private Resized size() {
    JsonNode given = values.node().get(SIZE);
    boolean square = is("default_to_square");
    if (given.isObject()) {
      ConfigTree size = values.child(SIZE);
      Set<String> keys = new TreeSet<>();
      given.fieldNames().forEachRemaining(keys::add);
      if (keys.equals(Set.of("height", "width"))) {
        return Resized.stretched(side(size, "height"), side(size, "width"));
      }
      if (keys.equals(Set.of("max_height", "max_width"))) {
        return new Resized(
            Target.size(Fit.WITHIN, side(size, "max_height"), side(size, "max_width")));
      }
      if (keys.equals(Set.of("shortest_edge", "longest_edge"))) {
        return bounded(side(size, "longest_edge"), side(size, "shortest_edge"));
      }
      if (keys.equals(Set.of("shortest_edge")) && !values.has("max_size")) {
        int edge = side(size, "shortest_edge");
        return new Resized(Target.shortEdge(edge));
      }
    } else if (given.isIntegralNumber() && !square) {
      int edge = values.integer(SIZE, 0, 1);
      return values.has("max_size")
          ? bounded(values.integer("max_size", 0, 1), edge)
          : new Resized(Target.shortEdge(edge));
    } else if (given.isIntegralNumber() || given.isArray()) {
      List<Integer> sides = values.extents(SIZE, 0);
      return Resized.stretched(sides.get(0), sides.get(1));
    }
    throw values.wrong(SIZE, SIZE_FORMS + (values.has("max_size") ? ", both edges" : ""));
  }

  private static Resized bounded(int longest, int shortest) {
    return new Resized(Target.edges(Fit.SHORT_EDGE_BOUNDED, longest, Math.min(longest, shortest)));
  }

  private static int side(ConfigTree size, String key) {
    return size.integer(key, 0, 1);
  }

  /** ConvNeXt's rule. */
  private Resized cropped(Resized resized) {
    if (resized.fit() != Fit.SHORT_EDGE) {
      throw values.wrong(SIZE, "{shortest_edge}, which " + defaults.type() + " needs");
    }
    int edge = resized.target().shortEdge();
    double share = values.number("crop_pct", 1, Double.MIN_VALUE);
    if (share > 1) {
      throw values.wrong("crop_pct", "a number above 0 and up to 1");
    }
    if (edge >= CROPPED_BELOW) {
      return Resized.stretched(edge, edge);
    }
    if (is("do_center_crop")) {
      throw unsupported("do_center_crop", "its size of " + edge + " is a crop already");
    }
    int before = (int) (edge / share);
    Crop crop = is("do_resize") ? new Crop(List.of(edge, edge), Rounding.DOWN) : Crop.none();
    return new Resized(Target.shortEdge(before), crop);
  }

  private List<Integer> cropSize(Resized resized) {
    JsonNode given = values.node().get(CROP_SIZE);
    List<Integer> middle;
    if (given.isObject()) {
      ConfigTree size = values.child(CROP_SIZE);
      if (!size.has("height") || !size.has("width") || given.size() != 2) {
        throw values.wrong(CROP_SIZE, "a whole number, [height, width] or {height, width}");
      }
      middle = List.of(side(size, "height"), side(size, "width"));
    } else {
      middle = values.extents(CROP_SIZE, 0);
    }
    if (is("do_resize") && !resized.holds(middle)) {
      throw values.wrong(
          CROP_SIZE,
          "at most what 'size' leaves, "
              + resized.target().scale()
              + ": an image is not padded to a larger crop");
    }
    return middle;
  }

  private Filter filter() {
    JsonNode given = values.node().get("resample");
    if (given.isTextual()) {
      for (Filter filter : FILTERS) {
        if (filter.name().equalsIgnoreCase(given.textValue())) {
          return filter;
        }
      }
    } else if (given.isIntegralNumber()
        && given.canConvertToInt()
        && given.intValue() >= 0
        && given.intValue() < FILTERS.size()) {
      return FILTERS.get(given.intValue());
    }
    throw values.wrong(
        "resample",
        "0 (nearest), 1 (lanczos), 2 (bilinear), 3 (bicubic), 4 (box), 5 (hamming) or such a name");
  }
}
