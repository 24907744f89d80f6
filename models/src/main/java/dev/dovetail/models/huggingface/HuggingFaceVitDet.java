package dev.dovetail.models.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.vit.AttentionOptions;
import dev.dovetail.backbones.vit.AttentionOptions.Relative;
import dev.dovetail.backbones.vit.Embedding;
import dev.dovetail.backbones.vit.Embedding.Positions;
import dev.dovetail.backbones.vit.Head;
import dev.dovetail.backbones.vit.Lineage;
import dev.dovetail.backbones.vit.Mlp;
import dev.dovetail.backbones.vit.Resize;
import dev.dovetail.backbones.vit.Rotary;
import dev.dovetail.backbones.vit.VisionTransformer;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** {@code vitdet}. */
public final class HuggingFaceVitDet implements HuggingFaceFamily {

  @Override
  public Set<String> modelTypes() {
    return Set.of("vitdet");
  }

  @Override
  public Backbone backbone(JsonNode config) {
    PlainTransformers.require(config, "hidden_act", "gelu");
    List<Integer> size = PlainTransformers.size(config, "image_size", 224);
    List<Integer> learned = PlainTransformers.size(config, "pretrain_image_size", 224);
    int patch = PlainTransformers.patch(config, 16);
    if (!size.get(0).equals(size.get(1))) {
      throw new IllegalArgumentException(
          "the config's 'image_size' is " + size + ", and ViTDet's must be a square");
    }
    int depth = config.path("num_hidden_layers").asInt(12);
    int window = config.path("window_size").asInt();
    List<Integer> windowed = PlainTransformers.integers(config, "window_block_indices");
    boolean relative = config.path("use_relative_position_embeddings").asBoolean();
    boolean absolute = config.path("use_absolute_position_embeddings").asBoolean(true);
    return new VisionTransformer(
        config.path("hidden_size").asInt(768),
        depth,
        config.path("num_attention_heads").asInt(12),
        config.path("mlp_ratio").asDouble(4),
        config.path("qkv_bias").asBoolean(true),
        false,
        IntStream.range(0, depth).mapToObj(i -> windowed.contains(i) ? window : 0).toList(),
        learned.get(0),
        patch,
        PlainTransformers.integers(config, "residual_block_indices"),
        learned.get(1),
        config.path("layer_norm_eps").asDouble(1e-6),
        Lineage.VIT,
        Mlp.GELU,
        new Embedding(
            false,
            false,
            0,
            absolute ? Positions.LEARNED : Positions.NONE,
            1,
            Resize.BICUBIC,
            false,
            0,
            Resize.FLEXI),
        new AttentionOptions(
            false,
            false,
            true,
            relative ? Relative.DECOMPOSED : Relative.NONE,
            size.get(0) / patch,
            Resize.BILINEAR,
            Rotary.none()),
        Head.ofMean(Head.Norm.NONE));
  }

  @Override
  public Map<String, Tensor> outputs(
      Scope root, JsonNode config, Backbone backbone, Tensor image, int classes) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    out.put(
        "last_hidden_state",
        PlainTransformers.hiddenStates(root, backbone, image, true, out).map());
    return out;
  }
}
