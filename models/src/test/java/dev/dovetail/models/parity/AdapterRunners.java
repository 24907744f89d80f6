package dev.dovetail.models.parity;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.adapters.FeaturePyramid;
import dev.dovetail.adapters.Norm;
import dev.dovetail.adapters.SimplePyramid;
import dev.dovetail.adapters.VitAdapter;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runners of the fixtures of adapters, from the hyper-parameters as their authors name them. */
final class AdapterRunners {

  private AdapterRunners() {}

  static Map<String, FixtureRunner> all() {
    return Map.of("vit_adapter", AdapterRunners::vitAdapter, "simple_fpn", AdapterRunners::pyramid);
  }

  private static List<Map<String, TensorData>> vitAdapter(Fixture fixture, int index)
      throws IOException {
    JsonNode p = fixture.hyperParameters();
    String copy = fixture.config().get("code_variant").asText();
    assumeFalse(copy.equals("beit_segmentation"), "no BEiT with a class token yet");
    Backbone backbone = copy.startsWith("beit") ? BackboneRunners.beit(p) : BackboneRunners.vit(p);
    boolean stageFeatures =
        copy.endsWith("segmentation") || p.path("version").asText().equals("old");
    return BackboneRunners.run(
        fixture, index, backbone, adapter(p, stageFeatures), AdapterRunners::tap);
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

  /** The scope whose value a fixture records under {@code name}. */
  private static String tap(String name) {
    return name.replaceFirst("^embed\\.x$", "embed")
        .replaceFirst("^block(\\d+)\\.x$", "blocks.$1")
        .replaceFirst("^inter(\\d+)\\.injected$", "interactions.$1.injector")
        .replaceFirst("^inter(\\d+)\\.extract$", "interactions.$1.extractor")
        .replaceFirst("^inter(\\d+)\\.extra(\\d)$", "interactions.$1.extra_extractors.$2")
        .replaceFirst("^inter(\\d+)\\.c$", "interactions.$1.c");
  }

  private static List<Map<String, TensorData>> pyramid(Fixture fixture, int index)
      throws IOException {
    JsonNode p = fixture.hyperParameters();
    assumeFalse(p.has("vit"), "no ViTDet backbone yet");
    List<String> recorded = List.copyOf(fixture.expected(index).keySet());
    return TracedRun.run(
        fixture,
        index,
        (s, in) -> {
          FeaturePyramid pyramid = pyramid(p).levels(s, in.get("features"));
          return named(s.trace().graph(Map.of()), recorded, pyramid);
        });
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
  private static Map<String, Tensor> named(
      Graph graph, List<String> recorded, FeaturePyramid pyramid) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    for (FeaturePyramid.Level level : pyramid.levels()) {
      out.put("p" + Integer.numberOfTrailingZeros(level.stride()), level.map());
    }
    recorded.forEach(name -> graph.value(name).ifPresent(t -> out.putIfAbsent(name, t)));
    return out;
  }
}
