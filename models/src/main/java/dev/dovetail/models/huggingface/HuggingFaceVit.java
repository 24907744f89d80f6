package dev.dovetail.models.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.vit.AttentionOptions;
import dev.dovetail.backbones.vit.AttentionOptions.Relative;
import dev.dovetail.backbones.vit.Embedding;
import dev.dovetail.backbones.vit.Embedding.Positions;
import dev.dovetail.backbones.vit.Head;
import dev.dovetail.backbones.vit.Head.Norm;
import dev.dovetail.backbones.vit.Head.Pool;
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

/** {@code vit}, {@code deit}, {@code beit}, {@code dinov2} and {@code dinov2_with_registers}. */
public final class HuggingFaceVit implements HuggingFaceFamily {

  @Override
  public Set<String> modelTypes() {
    return Set.of("vit", "deit", "beit", "dinov2", "dinov2_with_registers");
  }

  @Override
  public Backbone backbone(JsonNode config) {
    PlainTransformers.require(config, "hidden_act", "gelu");
    String type = config.path("model_type").asText();
    boolean beit = type.equals("beit");
    boolean dinov2 = type.startsWith("dinov2");
    int width = config.path("hidden_size").asInt(768);
    List<Integer> size = PlainTransformers.size(config, "image_size", 224);
    boolean gated = config.path("use_swiglu_ffn").asBoolean();
    return new VisionTransformer(
        width,
        config.path("num_hidden_layers").asInt(12),
        config.path("num_attention_heads").asInt(12),
        dinov2 ? dinov2Ratio(config, width, gated) : PlainTransformers.mlpRatio(config, width),
        config.path("qkv_bias").asBoolean(true),
        dinov2 || beit && config.path("layer_scale_init_value").asDouble(0.1) > 0,
        List.of(0),
        size.get(0),
        PlainTransformers.patch(config, 16),
        List.of(),
        size.get(1),
        config.path("layer_norm_eps").asDouble(dinov2 ? 1e-6 : 1e-12),
        beit ? Lineage.BEIT : Lineage.VIT,
        gated ? Mlp.SWIGLU : Mlp.GELU,
        embedding(config, type),
        new AttentionOptions(
            false, false, false, relative(config), 0, Resize.BILINEAR, Rotary.none()),
        head(config, type));
  }

  /** The width that DINOv2 gives its gated MLPs: two thirds, rounded up to a multiple of 8. */
  private static double dinov2Ratio(JsonNode config, int width, boolean gated) {
    double ratio = config.path("mlp_ratio").asDouble(4);
    int hidden = (int) (width * ratio);
    return gated ? ((int) (hidden * 2 / 3.0) + 7) / 8 * 8 / (double) width : ratio;
  }

  private static Embedding embedding(JsonNode config, String type) {
    boolean registers = type.equals("dinov2_with_registers");
    boolean learned =
        !type.equals("beit") || config.path("use_absolute_position_embeddings").asBoolean();
    boolean distilled = type.equals("deit");
    return new Embedding(
        true,
        distilled,
        registers ? config.path("num_register_tokens").asInt(4) : 0,
        learned ? Positions.LEARNED : Positions.NONE,
        distilled ? 2 : 1,
        registers ? Resize.ANTIALIASED : Resize.BICUBIC,
        false,
        0,
        Resize.FLEXI);
  }

  private static Relative relative(JsonNode config) {
    if (config.path("use_shared_relative_position_bias").asBoolean()) {
      return Relative.SHARED_TABLE;
    }
    return config.path("use_relative_position_bias").asBoolean() ? Relative.TABLE : Relative.NONE;
  }

  private static Head head(JsonNode config, String type) {
    String architecture = config.path("architectures").path(0).asText();
    if (architecture.endsWith("WithTeacher")) {
      return new Head(Pool.CLASS_AND_DISTILLATION, Norm.TOKENS, 0);
    }
    if (type.equals("beit") && config.path("use_mean_pooling").asBoolean(true)) {
      return Head.ofMean(Norm.POOLED);
    }
    boolean both = type.startsWith("dinov2") && architecture.contains("ForImageClassification");
    return both ? new Head(Pool.CLASS_AND_MEAN, Norm.TOKENS, 0) : Head.ofClassToken();
  }

  @Override
  public Map<String, Tensor> outputs(
      Scope root, JsonNode config, Backbone backbone, Tensor image, int classes) {
    return PlainTransformers.outputs(root, backbone, image, classes);
  }
}
