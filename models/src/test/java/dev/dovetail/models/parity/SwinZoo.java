package dev.dovetail.models.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.backbones.swin.Swin;
import dev.dovetail.backbones.swin.Swin.Patches;
import dev.dovetail.backbones.swin.Swin.Size;
import dev.dovetail.backbones.swin.Swin.Version;
import dev.dovetail.backbones.swin.Swin.Windows;
import dev.dovetail.backbones.swin.WindowPadding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Swin and Swin V2 of timm and transformers. */
final class SwinZoo {

  private SwinZoo() {}

  /** Selects the model by {@code type}. */
  static Map<String, FixtureTest> timm() {
    return Map.of(
        "timm.SwinTransformer", new TimmRunner(c -> swin(complete(c), Version.V1)),
        "timm.SwinTransformerV2", new TimmRunner(c -> swin(complete(c), Version.V2)));
  }

  /** Adds the defaults of timm's constructors. */
  private static JsonNode complete(JsonNode config) {
    return Fixture.withDefaults(
        config,
        "{\"img_size\": 224, \"embed_dim\": 96, \"depths\": [2, 2, 6, 2],"
            + " \"num_heads\": [3, 6, 12, 24], \"window_size\": 7}");
  }

  private static Swin swin(JsonNode config, Version version) {
    Size size =
        new Size(
            config.path("embed_dim").asInt(),
            integers(config.path("depths")),
            integers(config.path("num_heads")));
    Windows windows =
        new Windows(
            config.path("window_size").asInt(),
            config.path("always_partition").asBoolean()
                ? WindowPadding.TIMM_ALWAYS_PARTITION
                : WindowPadding.TIMM,
            integers(config.path("pretrained_window_sizes")));
    Patches patches =
        new Patches(config.path("patch_size").asInt(4), size(config.path("img_size")));
    return Swin.of(version, size, windows, patches)
        .withMlpRatio(config.path("mlp_ratio").asDouble(4))
        .withQkvBias(config.path("qkv_bias").asBoolean(true));
  }

  private static List<Integer> size(JsonNode size) {
    return size.isArray() ? integers(size) : List.of(size.asInt(), size.asInt());
  }

  private static List<Integer> integers(JsonNode array) {
    List<Integer> values = new ArrayList<>();
    array.forEach(v -> values.add(v.asInt()));
    return values;
  }
}
