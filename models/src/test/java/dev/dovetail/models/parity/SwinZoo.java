package dev.dovetail.models.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.backbones.swin.Borders;
import dev.dovetail.backbones.swin.Swin;
import dev.dovetail.backbones.swin.Swin.Version;
import dev.dovetail.graph.TensorData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Swin and Swin V2 of timm and transformers. */
final class SwinZoo {

  private SwinZoo() {}

  /** By {@code type}. */
  static Map<String, FixtureTest> timm() {
    return Map.of(
        "timm.SwinTransformer", f -> compare(f, Version.V1),
        "timm.SwinTransformerV2", f -> compare(f, Version.V2));
  }

  private static int compare(Fixture fixture, Version version) throws IOException {
    Swin swin = swin(fixture, version);
    return new TimmRunner(config -> swin).compare(fixture);
  }

  private static Swin swin(Fixture fixture, Version version) throws IOException {
    JsonNode config = fixture.config();
    return new Swin(
        version,
        config.path("embed_dim").asInt(),
        integers(config.path("depths")),
        integers(config.path("num_heads")),
        config.path("window_size").asInt(),
        config.path("mlp_ratio").asDouble(4),
        config.path("qkv_bias").asBoolean(true),
        config.path("patch_size").asInt(4),
        alwaysPartitions(fixture) ? Borders.TIMM_ALWAYS_PARTITION : Borders.TIMM,
        integers(config.path("img_size")),
        integers(config.path("pretrained_window_sizes")),
        false,
        false);
  }

  /**
   * Whether the windows stay on small grids. Where the config does not say so, the tables do: timm
   * gives one that shrinks a smaller table.
   */
  private static boolean alwaysPartitions(Fixture fixture) throws IOException {
    JsonNode config = fixture.config();
    if (config.has("always_partition")) {
      return config.get("always_partition").asBoolean();
    }
    int entries = (int) Math.pow(2 * config.path("window_size").asInt() - 1, 2);
    Map<String, TensorData> weights =
        new TreeMap<>(Fixture.tensors(fixture.folder().resolve("model.safetensors")));
    return weights.entrySet().stream()
        .filter(e -> e.getKey().endsWith("relative_position_bias_table"))
        .allMatch(e -> e.getValue().type().shape().dim(0) == entries);
  }

  private static List<Integer> integers(JsonNode array) {
    List<Integer> values = new ArrayList<>();
    array.forEach(v -> values.add(v.asInt()));
    return values;
  }
}
