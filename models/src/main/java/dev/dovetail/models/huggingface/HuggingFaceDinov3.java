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
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code dinov3_vit}. */
public final class HuggingFaceDinov3 implements HuggingFaceFamily {

  @Override
  public Set<String> modelTypes() {
    return Set.of("dinov3_vit");
  }

  @Override
  public Backbone backbone(JsonNode config) {
    boolean gated = config.path("use_gated_mlp").asBoolean();
    PlainTransformers.require(config, "hidden_act", gated ? "silu" : "gelu");
    PlainTransformers.require(config, "key_bias", "false");
    PlainTransformers.require(config, "proj_bias", "true");
    PlainTransformers.require(config, "mlp_bias", "true");
    boolean bias = config.path("query_bias").asBoolean(true);
    PlainTransformers.require(config, "value_bias", Boolean.toString(bias));
    int width = config.path("hidden_size").asInt(384);
    List<Integer> size = PlainTransformers.size(config, "image_size", 224);
    double base = config.path("rope_theta").asDouble(100);
    Rotary rotary = new Rotary(Rotary.Kind.UNIT, base, 0);
    return new VisionTransformer(
        width,
        config.path("num_hidden_layers").asInt(12),
        config.path("num_attention_heads").asInt(6),
        PlainTransformers.mlpRatio(config, width),
        bias,
        true,
        List.of(0),
        size.get(0),
        PlainTransformers.patch(config, 16),
        List.of(),
        size.get(1),
        config.path("layer_norm_eps").asDouble(1e-5),
        Lineage.BEIT,
        gated ? Mlp.SWIGLU : Mlp.GELU,
        new Embedding(
            true,
            false,
            config.path("num_register_tokens").asInt(),
            Positions.NONE,
            0,
            Resize.BICUBIC,
            false,
            0,
            Resize.FLEXI),
        new AttentionOptions(false, false, false, Relative.NONE, 0, Resize.BILINEAR, rotary),
        Head.ofClassToken());
  }

  @Override
  public Map<String, Tensor> outputs(
      Scope root, JsonNode config, Backbone backbone, Tensor image, int classes) {
    return PlainTransformers.outputs(root, backbone, image, classes);
  }
}
