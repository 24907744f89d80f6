package dev.dovetail.models.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.heads.ClassificationHead;
import dev.dovetail.data.image.Preprocess;
import dev.dovetail.data.image.Preprocess.Filter;
import dev.dovetail.data.image.Preprocess.Fit;
import dev.dovetail.models.config.ConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the files of transformers say about heads, classes and the preparation of images. */
final class Transformers {

  private static final double TO_BYTE = 255;

  /** Of images where nothing says it. */
  private static final int USUAL_SIDE = 224;

  /** Labels of a classifier whose config does not say how many. */
  private static final int USUAL_LABELS = 2;

  /** ConvNeXt's processor crops below this size and stretches from it on. */
  private static final int CROPPED_BELOW = 384;

  private Transformers() {}

  static ClassificationHead classificationHead(JsonNode config) {
    String architecture = config.path("architectures").path(0).asText();
    if (!architecture.contains("ForImageClassification")) {
      return new ClassificationHead(0);
    }
    int named = config.path("id2label").size();
    return new ClassificationHead(
        named > 0 ? named : config.path("num_labels").asInt(USUAL_LABELS));
  }

  /** {@code id2label} in the order of its numbers, where there is a head to have classes. */
  static List<String> classNames(JsonNode config) {
    TreeMap<Integer, String> byId = new TreeMap<>();
    for (Map.Entry<String, JsonNode> e : config.path("id2label").properties()) {
      try {
        byId.put(Integer.parseInt(e.getKey()), e.getValue().asText());
      } catch (NumberFormatException wrong) {
        throw new ConfigException("id2label has the key '" + e.getKey() + "', which is no number");
      }
    }
    return List.copyOf(byId.values());
  }

  /** A {@code preprocessor_config.json} as a section of ours. */
  static Preprocess preprocess(JsonNode config, JsonNode processor) {
    JsonNode trained = config.path("image_size");
    int side = (trained.isArray() ? trained.path(0) : trained).asInt(USUAL_SIDE);
    if (!processor.path("do_resize").asBoolean(true)) {
      throw new ConfigException("do_resize is false; images cannot be taken as they are");
    }
    JsonNode size = processor.path("size");
    List<Integer> scale;
    Fit fit;
    List<Integer> crop = List.of();
    if (size.has("height")) {
      fit = Fit.STRETCH;
      scale = List.of(size.get("height").asInt(), size.path("width").asInt());
    } else {
      int edge = size.path("shortest_edge").asInt(size.isInt() ? size.asInt() : side);
      // ViT's first processor had one number, which meant a square; others' meant the short edge.
      boolean square = size.isInt() && !processor.path("do_center_crop").asBoolean(false);
      fit = square ? Fit.STRETCH : Fit.SHORT_EDGE;
      if (processor.has("crop_pct")) {
        crop = List.of(edge, edge);
        fit = edge < CROPPED_BELOW ? Fit.SHORT_EDGE : Fit.STRETCH;
        edge = edge < CROPPED_BELOW ? (int) (edge / processor.get("crop_pct").asDouble(1)) : edge;
      }
      scale = List.of(edge, edge);
    }
    if (processor.path("do_center_crop").asBoolean(false)) {
      JsonNode given = processor.path("crop_size");
      int edge = given.asInt(scale.get(0));
      crop = List.of(given.path("height").asInt(edge), given.path("width").asInt(edge));
    }
    boolean normalised = processor.path("do_normalize").asBoolean(true);
    boolean rescaled = processor.path("do_rescale").asBoolean(true);
    double unit = rescaled ? 1 / processor.path("rescale_factor").asDouble(1 / TO_BYTE) : 1;
    return new Preprocess(
        scale,
        fit,
        filter(processor.path("resample").asInt(2)),
        crop,
        1,
        channels(processor.path(normalised ? "image_mean" : ""), unit, 0),
        channels(processor.path(normalised ? "image_std" : ""), unit, 1),
        true);
  }

  /** Pillow's number of a filter. */
  private static Filter filter(int resample) {
    return switch (resample) {
      case 1 -> Filter.LANCZOS;
      case 2 -> Filter.BILINEAR;
      case 3 -> Filter.BICUBIC;
      default ->
          throw new ConfigException(
              "resample is " + resample + "; known: 1 (Lanczos), 2 (bilinear), 3 (bicubic)");
    };
  }

  private static List<Float> channels(JsonNode given, double unit, double otherwise) {
    List<Float> values = new ArrayList<>();
    for (int c = 0; c < 3; c++) {
      values.add((float) (given.path(c).asDouble(otherwise) * unit));
    }
    return values;
  }
}
