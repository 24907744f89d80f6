package dev.dovetail.models.parity;

import static dev.dovetail.graph.nn.Linear.linear;
import static dev.dovetail.graph.nn.Norms.layerNorm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.vit.ClassifierHead;
import dev.dovetail.backbones.vit.ClassifierHead.Norm;
import dev.dovetail.backbones.vit.Embedding;
import dev.dovetail.backbones.vit.Embedding.Codes;
import dev.dovetail.backbones.vit.Embedding.Positions;
import dev.dovetail.backbones.vit.Embedding.Tokens;
import dev.dovetail.backbones.vit.MergedTokens;
import dev.dovetail.backbones.vit.TokenMerging;
import dev.dovetail.backbones.vit.TokenMerging.Cells;
import dev.dovetail.backbones.vit.TokenMerging.Schedule;
import dev.dovetail.backbones.vit.TokenSplit;
import dev.dovetail.backbones.vit.VisionTransformer;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.nn.Interpolation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Token merging in a plain vision transformer as in its authors' code. */
final class MergingRunner implements FixtureRunner {

  @Override
  public List<Map<String, TensorData>> run(Fixture fixture, int index) throws IOException {
    if (fixture.config().has("op")) {
      return matching(fixture, index);
    }
    JsonNode p = fixture.hyperParameters();
    boolean global = fixture.config().get("mode").asText().equals("global");
    VisionTransformer vit = transformer(fixture, global ? global(p.get("r"), p) : perBlock(p));
    List<Map<String, TensorData>> results =
        TracedRun.run(
            fixture, index, (s, in) -> global ? global(s, vit, in, p) : perBlock(s, vit, in));
    return results.stream().map(r -> withPlan(r, fixture, vit)).toList();
  }

  private static TokenMerging global(JsonNode r, JsonNode p) {
    List<Integer> list = new ArrayList<>();
    r.forEach(n -> list.add(n.asInt()));
    int pairs = r.isObject() ? r.get("r").asInt() : r.asInt();
    return TokenMerging.global(
        new Schedule(
            pairs,
            r.path("inflect").asDouble(0),
            r.isArray() ? list : List.of(),
            p.get("prop_attn").asBoolean()));
  }

  private static TokenMerging perBlock(JsonNode p) {
    return TokenMerging.perBlock(
        new Cells(
            p.get("ratio").asDouble(),
            p.get("sy").asInt(),
            p.get("sx").asInt(),
            p.get("merge_mlp").asBoolean()));
  }

  private static VisionTransformer transformer(Fixture fixture, TokenMerging merging) {
    JsonNode p = fixture.hyperParameters();
    boolean classToken = p.path("class_token").asBoolean(false);
    boolean distilled = p.path("distilled").asBoolean(false);
    int prefix = (classToken ? 1 : 0) + (distilled ? 1 : 0);
    JsonNode size = fixture.config().get("image_size");
    int depth = p.get("depth").asInt();
    return VisionTransformer.base()
        .withEmbedding(
            Embedding.comer()
                .withTokens(new Tokens(classToken, distilled, 0))
                .withCodes(new Codes(Positions.LEARNED, prefix, Interpolation.BICUBIC)))
        .withSize(p.get("embed_dim").asInt(), depth, p.get("num_heads").asInt())
        .withMlpRatio(p.get("mlp_ratio").asDouble())
        .withLayerScale(false)
        .withPatchSize(p.get("patch_size").asInt())
        .withPretrainSize(size.get(0).asInt(), size.get(1).asInt())
        .withHead(ClassifierHead.ofMean(Norm.TOKENS))
        .withMerging(merging);
  }

  private static Map<String, Tensor> global(
      Scope s, VisionTransformer vit, Map<String, Tensor> in, JsonNode p) {
    Features x = vit.blocks(s, vit.stem(s, in.get("image")), 0, 0, vit.depth());
    Map<String, Tensor> values = s.trace().graph(Map.of()).values();
    Map<String, Tensor> out = new LinkedHashMap<>();
    Tensor size = null;
    for (int i = 0; i < vit.depth(); i++) {
      String block = "blocks." + i + ".";
      out.put("block" + i + ".attn", values.get(block + "attn"));
      out.put("block" + i + ".metric", values.get(block + "attn.metric"));
      out.put("block" + i + ".x", values.get(block + "x"));
      putMatching(out, values, i);
      Tensor tokens = values.get(block + "x");
      Tensor none = tokens.slice(2, 0, 1).times(0).plus(1);
      size = values.getOrDefault(block + "sizes", none);
      out.put("block" + i + ".size", size);
    }
    Tensor norm = layerNorm(s.at("norm"), values.get("merged"), vit.epsilon());
    out.put("norm", norm);
    out.put("final_size", size);
    out.put("source_index", values.get("owners"));
    out.put("dense", x.with(layerNorm(s.at("norm"), x.tokens(), vit.epsilon())).map());
    int classes = p.get("num_classes").asInt();
    if (classes > 0) {
      out.put("logits", linear(s.at("head"), norm.select(1, 0), classes));
    }
    if (p.path("distilled").asBoolean()) {
      out.put("logits_dist", linear(s.at("head_dist"), norm.select(1, 1), classes));
    }
    return out;
  }

  private static Map<String, Tensor> perBlock(
      Scope s, VisionTransformer vit, Map<String, Tensor> in) {
    Features stem = vit.stem(s, in.get("image"));
    Features x = vit.blocks(s, stem, 0, 0, vit.depth());
    Map<String, Tensor> values = s.trace().graph(Map.of()).values();
    Map<String, Tensor> out = new LinkedHashMap<>();
    out.put("embed.x", stem.tokens());
    for (int i = 0; i < vit.depth(); i++) {
      String block = "blocks." + i;
      putMatching(out, values, i);
      out.put("block" + i + ".merged", values.get(block + ".few"));
      out.put("block" + i + ".attn", values.get(block + ".attn"));
      out.put("block" + i + ".x", values.get(block));
    }
    Features norm = x.with(layerNorm(s.at("norm"), x.tokens(), vit.epsilon()));
    out.put("norm", norm.tokens());
    out.put("dense", norm.map());
    return out;
  }

  private static void putMatching(Map<String, Tensor> out, Map<String, Tensor> values, int i) {
    Map.of("unm_idx", "unmerged", "src_idx", "merged", "dst_idx", "into")
        .forEach(
            (name, value) -> {
              Tensor index = values.get("blocks." + i + "." + value);
              if (index != null) {
                out.put("block" + i + "." + name, index);
              }
            });
  }

  /**
   * Returns the values that are known before running: the tokens that may be merged and their
   * number in each block.
   */
  private static Map<String, TensorData> withPlan(
      Map<String, TensorData> result, Fixture fixture, VisionTransformer vit) {
    Map<String, TensorData> all = new LinkedHashMap<>(result);
    TokenMerging merging = vit.merging();
    Cells cells = merging.cells();
    all.put("r_per_layer", numbers(merging.schedule().pairs(vit.depth())));
    JsonNode size = fixture.config().get("image_size");
    int rows = size.get(0).asInt() / vit.patchSize();
    int columns = size.get(1).asInt() / vit.patchSize();
    TokenSplit split = TokenSplit.cells(rows, columns, cells.cellHeight(), cells.cellWidth());
    all.put("src_tokens", numbers(split.sources()));
    all.put("dst_tokens", numbers(split.targets()));
    return all;
  }

  private static TensorData numbers(List<Integer> list) {
    return TensorData.of(list.stream().mapToLong(Integer::longValue).toArray(), list.size());
  }

  private static List<Map<String, TensorData>> matching(Fixture fixture, int index)
      throws IOException {
    JsonNode p = fixture.arguments(index);
    int prefix =
        (p.get("class_token").asBoolean() ? 1 : 0) + (p.get("distill_token").asBoolean() ? 1 : 0);
    // The outputs have the names of the inputs, which is not possible in a single graph.
    Map<String, TensorData> inputs = new LinkedHashMap<>();
    fixture.inputs(index).forEach((name, data) -> inputs.put("in." + name, data));
    return TracedRun.run(
        Optional.empty(), inputs, (s, in) -> matched(s, in, p.get("r").asInt(), prefix));
  }

  private static Map<String, Tensor> matched(
      Scope s, Map<String, Tensor> in, int count, int prefix) {
    MergedTokens before =
        new MergedTokens(in.get("in.x"), Optional.of(in.get("in.size")), Optional.empty());
    MergedTokens after = before.merge(s, in.get("in.metric"), count, prefix);
    Map<String, Tensor> out = new LinkedHashMap<>();
    out.put("x", after.tokens());
    out.put("size", after.sizes().orElseThrow());
    out.put("source_index", after.owners().orElseThrow());
    out.put("unmerged", after.restored());
    Map<String, Tensor> values = s.trace().graph(out).values();
    out.put("unm_idx", values.get("unmerged"));
    out.put("src_idx", values.get("merged"));
    out.put("dst_idx", values.get("into"));
    return out;
  }
}
