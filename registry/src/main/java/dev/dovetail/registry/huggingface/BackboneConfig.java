package dev.dovetail.registry.huggingface;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.registry.ModelFamily;
import dev.dovetail.registry.Preset;
import dev.dovetail.registry.config.ConfigTree;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The backbone that the config of a detector or segmenter of transformers names: an object {@code
 * backbone_config}, or {@code backbone}, the name of a model of timm.
 */
public final class BackboneConfig {

  private static final String CONFIG = "backbone_config";
  private static final String NAME = "backbone";
  private static final String TYPE = "model_type";
  private static final String TIMM = "use_timm_backbone";
  private static final String OPTIONS = "backbone_kwargs";
  private static final String STRIDE = "output_stride";
  private static final ObjectNode NONE = JsonNodeFactory.instance.objectNode();

  private static final Set<String> HARMLESS =
      Set.of("out_indices", "in_chans", "num_channels", "features_only", STRIDE);

  private BackboneConfig() {}

  /**
   * The backbone's record.
   *
   * @param config of the whole model
   * @param otherwise timm's name of the backbone where the config names none
   * @throws dev.dovetail.registry.config.ConfigException if the backbone is not known; the message
   *     lists those that are
   */
  public static Record of(ConfigTree config, String otherwise) {
    if (!config.has(CONFIG)) {
      options(config.has(OPTIONS) ? config.child(OPTIONS) : config.with(NONE));
      return timm(config, NAME, config.has(NAME) ? config.text(NAME, otherwise) : otherwise);
    }
    ConfigTree backbone = config.child(CONFIG);
    Architecture.onlyUsual(backbone);
    String type = backbone.text(TYPE, "");
    if (type.equals("timm_backbone")) {
      backbone.only(STRIDE, 32, null);
      return timm(backbone, NAME, backbone.text(NAME, ""));
    }
    return readers()
        .filter(r -> r.modelTypes().contains(type))
        .findFirst()
        .orElseThrow(
            () ->
                backbone.wrong(
                    TYPE,
                    "one of "
                        + String.join(
                            ", ",
                            readers().flatMap(r -> r.modelTypes().stream()).sorted().toList())))
        .model(backbone);
  }

  /** What of timm's options leaves the model as it is. */
  private static void options(ConfigTree options) {
    options.only(STRIDE, 32, null);
    options.only("in_chans", 3);
    options.only("num_channels", 3);
    options
        .node()
        .fieldNames()
        .forEachRemaining(
            key -> {
              if (!HARMLESS.contains(key)) {
                throw options.wrong(key, "no such option: it may change the backbone");
              }
            });
  }

  private static Record timm(ConfigTree config, String key, String name) {
    if (config.has(TIMM) && !config.flag(TIMM, true)) {
      throw config.wrong(
          TIMM,
          "true: without it 'backbone' names another directory, which has the backbone's config; "
              + "put that in as 'backbone_config'");
    }
    String plain = name.replaceFirst("\\..*", ""); // a tag such as a1_in1k is of the weights alone
    List<Preset> presets =
        families()
            .flatMap(f -> f.presets().stream())
            .sorted(Comparator.comparing(Preset::name))
            .toList();
    return presets.stream()
        .filter(p -> p.name().equals(plain))
        .findFirst()
        .orElseThrow(
            () ->
                config.wrong(
                    key,
                    "one of timm's models "
                        + String.join(", ", presets.stream().map(Preset::name).toList())))
        .model();
  }

  private static Stream<ModelFamily> families() {
    return ServiceLoader.load(ModelFamily.class).stream().map(ServiceLoader.Provider::get);
  }

  private static Stream<HuggingFaceReader<?>> readers() {
    return families().flatMap(f -> f.huggingFace().stream());
  }
}
