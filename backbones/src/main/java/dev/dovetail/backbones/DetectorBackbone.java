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
 * The backbone in the config of a detector of transformers: {@code backbone_config}, or, in older
 * files, the name of a model of timm under {@code backbone}.
 *
 * @param model the backbone
 * @param levels how many of its maps the detector takes, the coarsest ones
 */
public record DetectorBackbone(Record model, int levels) {

  private static final String CONFIG = "backbone_config";
  private static final String NAME = "backbone";
  private static final String TYPE = "model_type";
  private static final String INDICES = "out_indices";
  private static final String FEATURES = "out_features";

  /**
   * Reads it.
   *
   * @param detector the config of the whole model
   * @param otherwise what {@code backbone_config} is where the detector's config names no backbone
   * @param timmLevels how many maps of a model of timm are taken where nothing says it
   * @throws IllegalArgumentException if there is no such backbone here, or maps are taken that are
   *     not its coarsest; the message names the key
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
   * The backbone that a {@code backbone_config} describes, whichever of its maps are taken.
   *
   * @param config the {@code backbone_config}
   * @return a {@link Backbone}
   * @throws IllegalArgumentException if there is no such backbone here; the message lists those
   *     that there are
   */
  public static Record of(ConfigTree config) {
    return described(config, List.of());
  }

  /** The backbone, where {@code others} are types that the caller supports itself. */
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

  /** A model that timm's name stands for, whose maps are counted from the stem's, 0. */
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

  /** Maps are counted from the stem's, 0; without keys it is the last stage's alone. */
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
