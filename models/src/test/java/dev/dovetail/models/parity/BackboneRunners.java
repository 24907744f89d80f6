package dev.dovetail.models.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.adapters.Adapter;
import dev.dovetail.adapters.interaction.DeformableOptions;
import dev.dovetail.adapters.interaction.FeedForward;
import dev.dovetail.adapters.vitcomer.Exchanges;
import dev.dovetail.adapters.vitcomer.VitBaseline;
import dev.dovetail.adapters.vitcomer.VitComer;
import dev.dovetail.adapters.vitcomer.VitComer.Flavour;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.vit.Embedding.Codes;
import dev.dovetail.backbones.vit.Embedding.Positions;
import dev.dovetail.backbones.vit.VisionTransformer;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.nn.Interpolation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Runs the fixtures of whole backbones, ViT-CoMer in all published versions and the ViT baseline,
 * with the arguments of the authors' constructors as hyperparameters.
 */
final class BackboneRunners {

  private static final Pattern STAGE = Pattern.compile("inter(\\d+)\\.(mrfp|tov|toc|x|c)");

  private BackboneRunners() {}

  static Map<String, FixtureRunner> all() {
    Map<String, FixtureRunner> runners = new HashMap<>(BackbonePartRunners.all());
    runners.put("vit_comer", BackboneRunners::comer);
    runners.put("vit_baseline", BackboneRunners::baseline);
    return runners;
  }

  private static List<Map<String, TensorData>> comer(Fixture fixture, int index)
      throws IOException {
    JsonNode p = fixture.hyperParameters();
    Flavour flavour = flavour(fixture);
    boolean beit = flavour == Flavour.CO_DETR || flavour == Flavour.CO_DETR_OLD;
    return run(
        fixture,
        index,
        beit ? beit(p) : vit(p),
        comer(p, flavour),
        (graph, name) -> graph.value(tap(name)));
  }

  private static List<Map<String, TensorData>> baseline(Fixture fixture, int index)
      throws IOException {
    JsonNode p = fixture.hyperParameters();
    List<Integer> out = new ArrayList<>();
    p.get("out_indices").forEach(i -> out.add(i.asInt()));
    return run(fixture, index, vit(p), new VitBaseline(out), Graph::value);
  }

  /** A backbone with its adapter; {@code tap} maps the name of a recorded value to its scope. */
  static List<Map<String, TensorData>> run(
      Fixture fixture,
      int index,
      Backbone backbone,
      Adapter adapter,
      BiFunction<Graph, String, Optional<Tensor>> tap)
      throws IOException {
    List<String> recorded = List.copyOf(fixture.expected(index).keySet());
    return TracedRun.run(
        fixture,
        index,
        (s, in) -> {
          List<Tensor> maps = adapter.apply(s, backbone, in.get("image")).maps();
          Map<String, Tensor> out = new LinkedHashMap<>();
          IntStream.rangeClosed(1, maps.size()).forEach(i -> out.put("f" + i, maps.get(i - 1)));
          Graph graph = s.trace().graph(out);
          for (String name : recorded) {
            tap.apply(graph, name).ifPresent(t -> out.putIfAbsent(name, t));
          }
          return out;
        });
  }

  /** Returns the scope whose value a fixture records with {@code name}. */
  private static String tap(String name) {
    Matcher stage = STAGE.matcher(name);
    if (stage.matches()) {
      String part =
          switch (stage.group(2)) {
            case "tov" -> "cti_tov";
            case "toc" -> "cti_toc";
            default -> stage.group(2);
          };
      return "interactions." + stage.group(1) + "." + part;
    }
    return switch (name) {
      case "embed.x" -> "embed";
      case "out.x" -> "x";
      default -> name.replaceFirst("^block(\\d+)\\.x$", "blocks.$1");
    };
  }

  private static Flavour flavour(Fixture fixture) {
    return switch (fixture.config().get("code_variant").asText()) {
      case "detection" -> Flavour.DETECTION;
      case "segmentation" -> Flavour.SEGMENTATION;
      case "codetr" ->
          fixture.hyperParameters().path("version").asText("new").equals("old")
              ? Flavour.CO_DETR_OLD
              : Flavour.CO_DETR;
      default -> throw new IllegalArgumentException("no such copy of the code");
    };
  }

  static VisionTransformer vit(JsonNode p) {
    List<Integer> residual = new ArrayList<>();
    p.path("residual_indices").forEach(i -> residual.add(i.asInt()));
    return sized(VisionTransformer.base(), p)
        .withQkvBias(p.path("qkv_bias").asBoolean(true))
        .withLayerScale(p.path("layer_scale").asBoolean(true))
        .withWindows(windows(p, true))
        .withPretrainSize(p.path("pretrain_size").asInt(224))
        .withPatchSize(p.path("patch_size").asInt(16))
        .withResidualBlocks(residual);
  }

  static VisionTransformer beit(JsonNode p) {
    VisionTransformer beit =
        sized(VisionTransformer.beit(), p)
            .withQkvBias(p.path("qkv_bias").asBoolean(false))
            .withLayerScale(!p.path("init_values").isNull() && p.has("init_values"))
            .withWindows(windows(p, false));
    return p.path("use_abs_pos_emb").asBoolean(true)
        ? beit.withPretrainSize(p.path("pretrain_size").asInt(224))
            .withEmbedding(
                beit.embedding().withCodes(new Codes(Positions.LEARNED, 0, Interpolation.BICUBIC)))
        : beit;
  }

  private static VisionTransformer sized(VisionTransformer vit, JsonNode p) {
    int depth = p.path("depth").asInt(12);
    return vit.withSize(p.path("embed_dim").asInt(768), depth, p.path("num_heads").asInt(12))
        .withMlpRatio(p.path("mlp_ratio").asDouble(4));
  }

  /**
   * Reads the authors' pair of {@code window_attn} and {@code window_size}, each a scalar or a
   * list.
   */
  private static List<Integer> windows(JsonNode p, boolean plain) {
    JsonNode on = p.path("window_attn");
    JsonNode size = p.path("window_size");
    return IntStream.range(0, p.path("depth").asInt(12))
        .mapToObj(
            i -> {
              boolean windowed = (on.isArray() ? on.get(i) : on).asBoolean(false);
              return windowed || !plain ? (size.isArray() ? size.get(i) : size).asInt(14) : 0;
            })
        .toList();
  }

  static VitComer comer(JsonNode p, Flavour flavour) {
    boolean coDetr = flavour == Flavour.CO_DETR || flavour == Flavour.CO_DETR_OLD;
    boolean segmentation = flavour == Flavour.SEGMENTATION;
    List<List<Integer>> indexes = new ArrayList<>();
    p.get("interaction_indexes")
        .forEach(r -> indexes.add(List.of(r.get(0).asInt(), r.get(1).asInt())));
    boolean extra = p.path(coDetr ? "use_extra_extractor" : "use_extra_CTI").asBoolean(true);
    return new VitComer(
        flavour,
        p.path("conv_inplane").asInt(64),
        indexes,
        deformable(p),
        segmentation ? p.path("dim_ratio").asDouble(6) : 0.5,
        feedForward(p),
        new Exchanges(
            switches(p.path(coDetr ? "use_injector" : "use_CTI_toV"), true),
            switches(p.path(coDetr ? "use_extractor" : "use_CTI_toC"), true),
            switches(p.path("cnn_feature_interaction"), segmentation),
            extra ? p.path("extra_num").asInt(4) : 0),
        p.path("add_vit_feature").asBoolean(true));
  }

  static DeformableOptions deformable(JsonNode p) {
    return new DeformableOptions(
        p.path("n_points").asInt(4),
        p.path("deform_num_heads").asInt(6),
        p.path("deform_ratio").asDouble(1));
  }

  static FeedForward feedForward(JsonNode p) {
    return new FeedForward(
        p.path("cffn_ratio").asDouble(0.25), p.path("with_cffn").asBoolean(true));
  }

  private static List<Boolean> switches(JsonNode node, boolean otherwise) {
    if (!node.isArray()) {
      return List.of(node.asBoolean(otherwise));
    }
    List<Boolean> each = new ArrayList<>();
    node.forEach(v -> each.add(v.asBoolean()));
    return Collections.unmodifiableList(each);
  }
}
