package dev.dovetail.models.huggingface;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.backbones.Classifier;
import dev.dovetail.backbones.vit.ClassifierHead;
import dev.dovetail.backbones.vit.VisionTransformer;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.images.CentreCrop.Rounding;
import dev.dovetail.images.Preprocess;
import dev.dovetail.images.Preprocess.Crop;
import dev.dovetail.images.Preprocess.Filter;
import dev.dovetail.images.Preprocess.Fit;
import dev.dovetail.images.Preprocess.Sides;
import dev.dovetail.images.Preprocess.Target;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.registry.config.ConfigException;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.config.RecordBinder;
import dev.dovetail.registry.huggingface.HuggingFaceReader;
import dev.dovetail.registry.huggingface.Labels;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Reads timm models in the format of Hugging Face. Their {@code config.json} has no {@code
 * model_type} but an {@code architecture}, which is the name of a preset, and the preprocessing of
 * images ({@code pretrained_cfg}).
 */
record TimmHub(PartRegistry registry) implements HuggingFaceReader<Record> {

  private static final String ARCHITECTURE = "architecture";
  private static final String PRETRAINED = "pretrained_cfg";
  private static final String CLASSES = "num_classes";
  private static final String POOLING = "global_pool";
  private static final String NAMES = "label_names";
  private static final String SIZE = "input_size";

  private static final float BYTE = 255;

  /** The defaults of timm for missing keys. */
  private static final double CROP = 0.875;

  private static final int SIDE = 224;
  private static final double[] MEAN = {0.485, 0.456, 0.406};
  private static final double[] STD = {0.229, 0.224, 0.225};

  @Override
  public Set<String> modelTypes() {
    return Set.of();
  }

  @Override
  public Record model(ConfigTree config) {
    String name = config.text(ARCHITECTURE, "");
    Record model;
    try {
      model = registry.preset(name).model();
    } catch (ConfigException e) {
      throw new ConfigException(config.source() + ": '" + ARCHITECTURE + "': " + e.getMessage());
    }
    config.only("model_args", Map.of(), null);
    config.only(POOLING, pooling(model), null);
    return model;
  }

  /** Returns timm's name of the pooling of a preset. */
  private static String pooling(Record model) {
    boolean token =
        model instanceof VisionTransformer vit && vit.head().pool() != ClassifierHead.Pool.MEAN;
    return token ? "token" : "avg";
  }

  @Override
  public Labels labels(ConfigTree config) {
    ConfigTree stated = config.has(CLASSES) ? config : pretrained(config);
    int classes = stated.integer(CLASSES, 0, 0);
    if (classes == 0) {
      return Labels.NONE;
    }
    List<String> names = config.has(NAMES) ? config.texts(NAMES, List.of()) : List.of();
    if (!names.isEmpty() && names.size() != classes) {
      throw config.wrong(NAMES, "as many names as classes, " + classes);
    }
    return new Labels(classes, names);
  }

  /** Reads the preprocessing of {@code timm.data.create_transform} in evaluation. */
  static ImageProcessing processing(ConfigTree config) {
    ConfigTree p = pretrained(config);
    List<Integer> input = p.integers(SIZE, List.of(3, SIDE, SIDE), 1);
    if (input.size() != 3 || input.get(0) != 3) {
      throw p.wrong(SIZE, "[3, height, width]");
    }
    List<Integer> size = input.subList(1, 3);
    p.only("crop_mode", "center", "squash");
    boolean squash = p.text("crop_mode", "center").equals("squash");
    if (!squash && !size.get(0).equals(size.get(1))) {
      throw p.wrong(SIZE, "a square unless crop_mode is \"squash\"");
    }
    double share = p.number("crop_pct", CROP, Double.MIN_VALUE);
    if (share > 1) {
      throw p.wrong("crop_pct", "at most 1; images are not padded to the crop");
    }
    List<Double> std = p.channels("std", 3, STD);
    if (std.stream().anyMatch(v -> !(v > 0))) {
      throw p.wrong("std", "numbers above 0");
    }
    Preprocess preprocess =
        new Preprocess(
            new Target(
                size.stream().map(side -> (int) Math.floor(side / share)).toList(),
                squash ? Fit.STRETCH : Fit.SHORT_EDGE),
            filter(p),
            new Crop(size, Rounding.HALF_EVEN),
            Sides.padded(1),
            bytes(p.channels("mean", 3, MEAN)),
            bytes(std),
            true);
    boolean stated = p.has(SIZE) || p.has("mean");
    String text =
        "%s has neither %s nor %s; images are prepared with timm's defaults, which may differ from"
            + " those of the training: 'preprocess' is %s";
    String note =
        String.format(
            Locale.ROOT, text, config.source(), PRETRAINED, SIZE, RecordBinder.tree(preprocess));
    return new ImageProcessing(preprocess, stated ? List.of() : List.of(note));
  }

  private static Filter filter(ConfigTree p) {
    String name = p.text("interpolation", "bicubic");
    return Arrays.stream(Filter.values())
        .filter(f -> f != Filter.OPENCV_LINEAR && f != Filter.FLOAT_BILINEAR)
        .filter(f -> f.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst()
        .orElseThrow(
            () -> p.wrong("interpolation", "nearest, box, bilinear, hamming, bicubic or lanczos"));
  }

  /** Null means the default, as in timm. The oldest directories have no nested object. */
  private static ConfigTree pretrained(ConfigTree config) {
    ConfigTree p = config.has(PRETRAINED) ? config.child(PRETRAINED) : config;
    ObjectNode stated = p.node().deepCopy();
    stated.properties().removeIf(e -> e.getValue().isNull());
    return p.with(stated);
  }

  private static List<Float> bytes(List<Double> values) {
    return values.stream().map(v -> (float) (v * BYTE)).toList();
  }

  @Override
  public Map<String, Tensor> outputs(
      Scope root, ConfigTree config, Record model, Tensor image, int classes) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    out.put("logits", ((Classifier) model).logits(root, image, classes));
    root.trace().graph(out).value("features").ifPresent(f -> out.put("features", f));
    return out;
  }
}
