package dev.dovetail.models.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.backbones.Classifier;
import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.edgevit.EdgeVit;
import dev.dovetail.backbones.edgevit.LglBlock;
import dev.dovetail.backbones.efficientvit.EfficientVit;
import dev.dovetail.backbones.mobilevit.MobileVitV2;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs the light backbones MobileViTv2, EfficientViT, EdgeViT and SegFormer. */
final class LightRunners {

  private LightRunners() {}

  /** timm's models are identified by the names of presets. */
  static Map<String, FixtureTest> timm() {
    return Stream.of(MobileVitV2.presets(), EfficientVit.presets())
        .flatMap(List::stream)
        .collect(
            Collectors.toMap(
                p -> "timm." + p.name(), p -> new TimmRunner(c -> (Classifier) p.model())));
  }

  static Map<String, FixtureTest> adapters() {
    FixtureRunner edgeVit =
        (fixture, index) ->
            fixture.config().has("module") ? edgeVitBlock(fixture, index) : edgeVit(fixture);
    return Map.of("edgevit", edgeVit, "tome_vit", new MergingRunner());
  }

  private static List<Map<String, TensorData>> edgeVit(Fixture fixture) throws IOException {
    JsonNode p = fixture.hyperParameters();
    EdgeVit backbone =
        new EdgeVit(
            new EdgeVit.Size(integers(p.get("depth")), integers(p.get("embed_dim"))),
            new EdgeVit.Attention(
                p.get("head_dim").asInt(),
                p.get("qkv_bias").asBoolean(),
                integers(p.get("sr_ratios"))),
            integers(p.get("mlp_ratio")).stream().map(Integer::doubleValue).toList());
    return TracedRun.run(
        fixture,
        -1,
        (s, in) -> {
          Map<String, Tensor> out = new LinkedHashMap<>();
          Features x = backbone.stem(s, in.get("image"));
          for (int i = 1; i <= backbone.size().depths().size(); i++) {
            int depth = backbone.size().depths().get(i - 1);
            x = backbone.blocks(s, x, i - 1, 0, depth);
            out.put("f" + i, x.map());
            for (int j = 0; j < depth; j++) {
              putBlock(out, s, "blocks" + i + "." + j, "s" + i + ".b" + j + ".");
            }
          }
          out.put("logits", backbone.logits(s, x, p.get("num_classes").asInt()));
          Map<String, Tensor> values = s.trace().graph(out).values();
          for (int i = 1; i <= backbone.size().depths().size(); i++) {
            out.put("embed" + i, values.get("patch_embed" + i));
          }
          out.put("norm", values.get("features"));
          out.put("pooled", values.get("pooled"));
          return out;
        });
  }

  private static List<Map<String, TensorData>> edgeVitBlock(Fixture fixture, int index)
      throws IOException {
    JsonNode p = fixture.arguments(index);
    LglBlock block =
        new LglBlock(
            p.get("num_heads").asInt(),
            p.get("mlp_ratio").asDouble(),
            p.get("qkv_bias").asBoolean(),
            p.path("qk_scale").asDouble(0),
            p.get("sr_ratio").asInt());
    List<Integer> others = new ArrayList<>(fixture.cases());
    others.remove(Integer.valueOf(index));
    return TracedRun.run(
        fixture,
        index,
        (s, in) -> {
          for (int other : others) {
            s.ignoreKeys("case" + other + ".*", "another case");
          }
          Map<String, Tensor> out = new LinkedHashMap<>();
          String scope = "case" + index;
          s.in(scope, c -> block.apply(c, in.get("x"), 0));
          putBlock(out, s, scope, "");
          return out;
        });
  }

  /** Returns the available values of a block. */
  private static void putBlock(Map<String, Tensor> out, Scope s, String scope, String prefix) {
    Map<String, Tensor> values = s.trace().graph(out).values();
    Map.of(
            "localagg", ".LocalAgg",
            "sampled", ".SelfAttn.attn.sampled",
            "localprop", ".SelfAttn.attn.LocalProp",
            "attn", ".SelfAttn.attn",
            "out", "")
        .forEach(
            (name, value) -> {
              if (values.containsKey(scope + value)) {
                out.put(prefix + name, values.get(scope + value));
              }
            });
  }

  private static List<Integer> integers(JsonNode array) {
    List<Integer> numbers = new ArrayList<>();
    array.forEach(n -> numbers.add(n.asInt()));
    return numbers;
  }
}
