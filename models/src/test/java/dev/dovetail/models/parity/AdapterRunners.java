package dev.dovetail.models.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.adapters.vitadapter.VitAdapter;
import dev.dovetail.adapters.vitdet.SimplePyramid;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.vit.AttentionOptions;
import dev.dovetail.backbones.vit.AttentionOptions.Relative;
import dev.dovetail.backbones.vit.ClassifierHead;
import dev.dovetail.backbones.vit.Embedding;
import dev.dovetail.backbones.vit.Embedding.Codes;
import dev.dovetail.backbones.vit.Embedding.Positions;
import dev.dovetail.backbones.vit.Embedding.Tokens;
import dev.dovetail.backbones.vit.VisionTransformer;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.nn.Interpolation;
import dev.dovetail.graph.nn.MapNorm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/** Runs the fixtures of adapters with hyperparameters in the notation of their authors. */
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

  /** The segmentation version: attention over the whole grid of one image size. */
  private static VisionTransformer beitWithClassToken(JsonNode p) {
    return sized(VisionTransformer.beit(), p)
        .withPretrainSize(p.get("img_size").asInt())
        .withPatchSize(p.get("patch_size").asInt())
        .withEmbedding(
            Embedding.comer()
                .withTokens(new Tokens(true, false, 0))
                .withCodes(new Codes(Positions.NONE, 0, Interpolation.BICUBIC)))
        .withWindows(0)
        .withHead(ClassifierHead.ofClassToken());
  }

  private static VisionTransformer sized(VisionTransformer vit, JsonNode p) {
    int depth = p.get("depth").asInt();
    return vit.withSize(p.get("embed_dim").asInt(), depth, p.get("num_heads").asInt())
        .withMlpRatio(p.get("mlp_ratio").asDouble())
        .withQkvBias(p.get("qkv_bias").asBoolean());
  }

  /** The encoder of ViTDet. */
  private static VisionTransformer vitDet(JsonNode p) {
    int depth = p.get("depth").asInt();
    int patch = p.get("patch_size").asInt();
    List<Integer> windowed = integers(p.get("window_block_indexes"));
    int leading = p.path("pretrain_use_cls_token").asBoolean(true) ? 1 : 0;
    Positions positions =
        p.path("use_abs_pos").asBoolean(true) ? Positions.LEARNED : Positions.NONE;
    Relative relative = p.path("use_rel_pos").asBoolean() ? Relative.DECOMPOSED : Relative.NONE;
    return sized(VisionTransformer.base(), p)
        .withLayerScale(false)
        .withWindows(
            IntStream.range(0, depth)
                .mapToObj(i -> windowed.contains(i) ? p.get("window_size").asInt() : 0)
                .toList())
        .withPretrainSize(p.get("pretrain_img_size").asInt())
        .withPatchSize(patch)
        .withResidualBlocks(integers(p.get("residual_block_indexes")))
        .withEmbedding(
            Embedding.comer().withCodes(new Codes(positions, leading, Interpolation.BICUBIC)))
        .withAttention(
            AttentionOptions.plain()
                .withPadInput(true)
                .withRelative(relative)
                .withGrid(p.get("img_size").asInt() / patch));
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
        BackboneRunners.deformable(p),
        BackboneRunners.feedForward(p),
        p.path("use_extra_extractor").asBoolean(true) ? 2 : 0,
        p.path("init_values").asDouble(0),
        p.path("add_vit_feature").asBoolean(true),
        stageFeatures);
  }

  /** Returns the recorded values; BEiT's class token is added after its {@code embed.x}. */
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
                      // In the reference, tokens have the shape of the grid.
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
        norm.isEmpty() ? MapNorm.NONE : MapNorm.valueOf(norm),
        p.get("last_level_maxpool").asBoolean());
  }

  /** The name of a level is p and the base-2 logarithm of its stride. */
  private static Map<String, Tensor> named(FeaturePyramid pyramid) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    for (FeaturePyramid.Level level : pyramid.levels()) {
      out.put("p" + Integer.numberOfTrailingZeros(level.stride()), level.map());
    }
    return out;
  }
}
