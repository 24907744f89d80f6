package dev.dovetail.models.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.adapters.Norm;
import dev.dovetail.adapters.SimplePyramid;
import dev.dovetail.adapters.VitAdapter;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.vit.AttentionOptions;
import dev.dovetail.backbones.vit.AttentionOptions.Relative;
import dev.dovetail.backbones.vit.Embedding;
import dev.dovetail.backbones.vit.Embedding.Positions;
import dev.dovetail.backbones.vit.Head;
import dev.dovetail.backbones.vit.Lineage;
import dev.dovetail.backbones.vit.Rotary;
import dev.dovetail.backbones.vit.VisionTransformer;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.nn.Interpolation;
import dev.dovetail.graph.nn.Mlp;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/** Runners of the fixtures of adapters, from the hyper-parameters as their authors name them. */
final class AdapterRunners {

  private AdapterRunners() {}

  static Map<String, FixtureRunner> all() {
    return Map.of("vit_adapter", AdapterRunners::vitAdapter, "simple_fpn", AdapterRunners::pyramid);
  }

  private static List<Map<String, TensorData>> vitAdapter(Fixture fixture, int index)
      throws IOException {
    JsonNode p =
        Fixture.withDefaults(
            fixture.hyperParameters(),
            "{\"embed_dim\": 768, \"depth\": 12, \"num_heads\": 12, \"mlp_ratio\": 4,"
                + " \"qkv_bias\": true, \"img_size\": 224, \"patch_size\": 16}");
    String copy = fixture.config().get("code_variant").asText();
    Backbone backbone =
        switch (copy) {
          case "beit_segmentation" -> beitWithClassToken(p);
          case "beit_detection" -> BackboneRunners.beit(p);
          default -> BackboneRunners.vit(p);
        };
    boolean stageFeatures =
        copy.endsWith("segmentation") || p.path("version").asText().equals("old");
    return BackboneRunners.run(fixture, index, backbone, adapter(p, stageFeatures), tap(copy));
  }

  /** The segmentation copy's: attention over the whole grid of one image size. */
  private static VisionTransformer beitWithClassToken(JsonNode p) {
    return new VisionTransformer(
        p.get("embed_dim").asInt(),
        p.get("depth").asInt(),
        p.get("num_heads").asInt(),
        p.get("mlp_ratio").asDouble(),
        p.get("qkv_bias").asBoolean(),
        true,
        List.of(0),
        p.get("img_size").asInt(),
        p.get("patch_size").asInt(),
        List.of(),
        0,
        1e-6,
        Lineage.BEIT,
        Mlp.GELU,
        embedding(true, Positions.NONE, 0),
        attention(Relative.TABLE, 0),
        Head.ofClassToken());
  }

  /** The encoder of ViTDet. */
  private static VisionTransformer vitDet(JsonNode p) {
    int depth = p.get("depth").asInt();
    int patch = p.get("patch_size").asInt();
    List<Integer> windowed = integers(p.get("window_block_indexes"));
    return new VisionTransformer(
        p.get("embed_dim").asInt(),
        depth,
        p.get("num_heads").asInt(),
        p.get("mlp_ratio").asDouble(),
        p.get("qkv_bias").asBoolean(),
        false,
        IntStream.range(0, depth)
            .mapToObj(i -> windowed.contains(i) ? p.get("window_size").asInt() : 0)
            .toList(),
        p.get("pretrain_img_size").asInt(),
        patch,
        integers(p.get("residual_block_indexes")),
        0,
        1e-6,
        Lineage.VIT,
        Mlp.GELU,
        embedding(
            false,
            p.path("use_abs_pos").asBoolean(true) ? Positions.LEARNED : Positions.NONE,
            p.path("pretrain_use_cls_token").asBoolean(true) ? 1 : 0),
        attention(
            p.path("use_rel_pos").asBoolean() ? Relative.DECOMPOSED : Relative.NONE,
            p.get("img_size").asInt() / patch),
        Head.ofMean(Head.Norm.NONE));
  }

  private static Embedding embedding(boolean classToken, Positions positions, int leading) {
    return new Embedding(
        classToken,
        false,
        0,
        positions,
        leading,
        Interpolation.BICUBIC,
        false,
        0,
        Interpolation.BILINEAR);
  }

  private static AttentionOptions attention(Relative relative, int grid) {
    return new AttentionOptions(
        false, false, true, relative, grid, Interpolation.GEOMETRIC, Rotary.none());
  }

  private static List<Integer> integers(JsonNode list) {
    List<Integer> values = new ArrayList<>();
    list.forEach(v -> values.add(v.asInt()));
    return values;
  }

  private static VitAdapter adapter(JsonNode p, boolean stageFeatures) {
    List<List<Integer>> indexes = new ArrayList<>();
    p.get("interaction_indexes")
        .forEach(r -> indexes.add(List.of(r.get(0).asInt(), r.get(1).asInt())));
    return new VitAdapter(
        p.path("conv_inplane").asInt(64),
        indexes,
        p.path("n_points").asInt(4),
        p.path("deform_num_heads").asInt(6),
        p.path("deform_ratio").asDouble(1),
        p.path("cffn_ratio").asDouble(0.25),
        p.path("with_cffn").asBoolean(true),
        p.path("use_extra_extractor").asBoolean(true) ? 2 : 0,
        p.path("init_values").asDouble(0),
        p.path("add_vit_feature").asBoolean(true),
        stageFeatures);
  }

  /** The values that the fixture records; BEiT's class token comes after its {@code embed.x}. */
  private static BiFunction<Graph, String, Optional<Tensor>> tap(String copy) {
    return (graph, name) -> {
      Optional<Tensor> value = graph.value(scope(name));
      return name.equals("embed.x") && copy.equals("beit_segmentation")
          ? value.map(x -> x.slice(1, 1, x.dim(1)))
          : value;
    };
  }

  private static String scope(String name) {
    return name.replaceFirst("^embed\\.x$", "embed")
        .replaceFirst("^block(\\d+)\\.x$", "blocks.$1")
        .replaceFirst("^inter(\\d+)\\.injected$", "interactions.$1.injector")
        .replaceFirst("^inter(\\d+)\\.extract$", "interactions.$1.extractor")
        .replaceFirst("^inter(\\d+)\\.extra(\\d+)$", "interactions.$1.extra_extractors.$2")
        .replaceFirst("^inter(\\d+)\\.c$", "interactions.$1.c");
  }

  private static List<Map<String, TensorData>> pyramid(Fixture fixture, int index)
      throws IOException {
    JsonNode p = fixture.hyperParameters();
    Map<String, TensorData> recorded = fixture.expected(index);
    return TracedRun.run(
        fixture,
        index,
        (s, in) -> {
          FeaturePyramid pyramid =
              p.has("vit")
                  ? pyramid(p.get("pyramid")).apply(s, vitDet(p.get("vit")), in.get("image"))
                  : pyramid(p).levels(s, in.get("features"), p.get("in_stride").asInt());
          Graph graph = s.trace().graph(Map.of());
          Map<String, Tensor> out = named(pyramid);
          recorded.forEach(
              (name, data) ->
                  value(graph, name)
                      // The reference keeps tokens as grids.
                      .map(t -> t.reshape(data.type().shape().dims()))
                      .ifPresent(t -> out.putIfAbsent(name, t)));
          return out;
        });
  }

  private static Optional<Tensor> value(Graph graph, String name) {
    String scope =
        name.replaceFirst("^embed\\.x$", "net.embed")
            .replaceFirst("^block(\\d+)\\.x$", "net.blocks.$1")
            .replaceFirst("^block(\\d+)\\.attn$", "net.blocks.$1.attn");
    return graph.value(scope + ".windows").or(() -> graph.value(scope));
  }

  private static SimplePyramid pyramid(JsonNode p) {
    List<Double> scales = new ArrayList<>();
    p.get("scale_factors").forEach(f -> scales.add(f.asDouble()));
    String norm = p.get("norm").asText();
    return new SimplePyramid(
        p.get("out_channels").asInt(),
        scales,
        norm.isEmpty() ? Norm.NONE : Norm.valueOf(norm),
        p.get("last_level_maxpool").asBoolean());
  }

  /** Levels are called p and the logarithm of their stride. */
  private static Map<String, Tensor> named(FeaturePyramid pyramid) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    for (FeaturePyramid.Level level : pyramid.levels()) {
      out.put("p" + Integer.numberOfTrailingZeros(level.stride()), level.map());
    }
    return out;
  }
}
