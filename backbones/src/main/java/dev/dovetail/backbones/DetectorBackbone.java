package dev.dovetail.backbones;

import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Preset;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.HuggingFaceReader;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeSet;

/**
 * The backbone of a detector in a Hugging Face config: {@code backbone_config} or, in older files,
 * {@code backbone} with the name of a timm model.
 *
 * @param model the backbone
 * @param levels how many of its coarsest maps the detector reads
 */
public record DetectorBackbone(Record model, int levels) {

  private static final String CONFIG = "backbone_config";
  private static final String NAME = "backbone";
  private static final String TYPE = "model_type";
  private static final String INDICES = "out_indices";
  private static final String FEATURES = "out_features";

  /**
   * Reads the backbone of a detector.
   *
   * @param detector the config of the whole model
   * @param otherwise the {@code backbone_config} to use if the config does not name a backbone
   * @param timmLevels how many maps of a timm model are read by default
   * @throws IllegalArgumentException if the backbone is not supported, or if the maps that are read
   *     are not its coarsest; the message names the key
   */
  public static DetectorBackbone of(ConfigTree detector, ConfigTree otherwise, int timmLevels) {
    detector.only("dilation", false, null);
    boolean described = detector.has(CONFIG);
    if (!described && detector.has(NAME)) {
      detector.only("use_timm_backbone", true);
      ConfigTree options =
          detector.has("backbone_kwargs") ? detector.child("backbone_kwargs") : null;
      return timm(detector, options, timmLevels);
    }
    ConfigTree config = described ? detector.child(CONFIG) : otherwise;
    String type = config.text(TYPE, "");
    if (type.equals("timm_backbone")) {
      return timm(config, config, timmLevels);
    }
    Record model = described(config, List.of("timm_backbone"));
    return new DetectorBackbone(
        model, levels(config, ((Backbone) model).stages().size(), List.of()));
  }

  /**
   * Reads the backbone that a {@code backbone_config} describes. The choice of maps is ignored.
   *
   * @param config the {@code backbone_config}
   * @return a {@link Backbone}
   * @throws IllegalArgumentException if the backbone is not supported; the message lists the
   *     supported ones
   */
  public static Record of(ConfigTree config) {
    return described(config, List.of());
  }

  /** Reads the backbone; {@code others} are the model types that the caller handles on its own. */
  private static Record described(ConfigTree config, List<String> others) {
    String type = config.text(TYPE, "");
    TreeSet<String> known = new TreeSet<>(others);
    for (ModelFamily family : families()) {
      for (HuggingFaceReader<?> reader : family.huggingFace()) {
        known.addAll(reader.modelTypes());
        if (reader.modelTypes().contains(type)) {
          Record model = reader.asBackbone(config);
          if (model instanceof Backbone) {
            return model;
          }
        }
      }
    }
    throw config.wrong(TYPE, "a backbone, one of " + String.join(", ", known));
  }

  /** Looks up a model by its timm name. Index 0 is the map of the stem. */
  private static DetectorBackbone timm(ConfigTree config, ConfigTree options, int levels) {
    String name = config.text(NAME, "");
    for (ModelFamily family : families()) {
      for (Preset preset : family.presets()) {
        if (preset.name().equals(name.replaceAll("\\..*", ""))
            && preset.model() instanceof Backbone backbone) {
          int stages = backbone.stages().size();
          List<Integer> coarsest = new ArrayList<>();
          for (int i = stages - levels + 1; i <= stages; i++) {
            coarsest.add(i);
          }
          return new DetectorBackbone(
              preset.model(), options == null ? levels : levels(options, stages, coarsest));
        }
      }
    }
    throw config.wrong(NAME, "a published backbone that 'list' shows");
  }

  private static Iterable<ModelFamily> families() {
    return ServiceLoader.load(ModelFamily.class);
  }

  /**
   * Counts the requested maps. Index 0 is the map of the stem; the default is the map of the last
   * stage.
   */
  private static int levels(ConfigTree config, int stages, List<Integer> otherwise) {
    List<Integer> taken = new ArrayList<>();
    if (config.has(FEATURES)) {
      for (String name : config.texts(FEATURES, List.of())) {
        taken.add(name.matches("stage\\d{1,4}") ? Integer.parseInt(name.substring(5)) : 0);
      }
    } else if (config.has(INDICES)) {
      for (int i : config.integers(INDICES, List.of(), Integer.MIN_VALUE)) {
        taken.add(i < 0 ? i + stages + 1 : i);
      }
    } else {
      taken.addAll(otherwise.isEmpty() ? List.of(stages) : otherwise);
    }
    for (int i = 0; i < taken.size(); i++) {
      if (taken.get(i) < 1 || taken.get(i) != stages - taken.size() + 1 + i) {
        taken.clear();
      }
    }
    if (taken.isEmpty()) {
      throw config.wrong(
          config.has(FEATURES) ? FEATURES : INDICES,
          "the last stages, in order, of 1 to " + stages + "; no others are supported");
    }
    return taken.size();
  }
}
