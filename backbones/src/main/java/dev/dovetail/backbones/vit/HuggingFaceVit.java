package dev.dovetail.backbones.vit;

import dev.dovetail.backbones.vit.AttentionOptions.Relative;
import dev.dovetail.backbones.vit.ClassifierHead.Norm;
import dev.dovetail.backbones.vit.ClassifierHead.OutputNorm;
import dev.dovetail.backbones.vit.ClassifierHead.Pool;
import dev.dovetail.backbones.vit.Embedding.Positions;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Interpolation;
import dev.dovetail.graph.nn.Mlp;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.Architecture;
import dev.dovetail.registry.huggingface.HuggingFaceReader;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads {@code vit}, {@code deit}, {@code dinov2} and {@code dinov2_with_registers} configs of
 * transformers. It also reads {@code beit} and the identical {@code data2vec-vision} on behalf of
 * the reader that supports their segmenters.
 */
public final class HuggingFaceVit implements HuggingFaceReader<VisionTransformer> {

  private static final String TYPE = "model_type";
  private static final String WITH_TEACHER = "ForImageClassificationWithTeacher";

  @Override
  public Set<String> modelTypes() {
    return Set.of("vit", "deit", "dinov2", "dinov2_with_registers");
  }

  @Override
  public VisionTransformer model(ConfigTree config) {
    String type = config.text(TYPE, "vit");
    if (type.equals("deit")) {
      Architecture.only(config, "ForImageClassification", WITH_TEACHER);
    } else {
      Architecture.only(config, "ForImageClassification");
    }
    return transformer(config);
  }

  /** {@inheritDoc} DINOv2's maps are normalized unless the config disables it. */
  @Override
  public VisionTransformer asBackbone(ConfigTree config) {
    config.only("reshape_hidden_states", true);
    VisionTransformer transformer = transformer(config);
    boolean norm =
        config.text(TYPE, "vit").startsWith("dinov2") && config.flag("apply_layernorm", true);
    return transformer.withHead(
        transformer.head().withOutputNorm(norm ? OutputNorm.ALL : OutputNorm.NONE));
  }

  /**
   * Reads the transformer inside a model. It has the keys of {@code vit} unless its {@code
   * model_type} is another supported one.
   *
   * @param config the config of the transformer or of the model that contains it
   * @throws IllegalArgumentException if a value is not supported; the message names the key
   */
  public static VisionTransformer transformer(ConfigTree config) {
    String type = config.text(TYPE, "vit");
    config.only("hidden_act", "gelu");
    boolean beit = isBeit(type);
    boolean dinov2 = type.startsWith("dinov2");
    int width = config.integer("hidden_size", 768, 1);
    List<Integer> size = size(config, type);
    boolean gated = dinov2 && config.flag("use_swiglu_ffn", false);
    Geometry geometry =
        Geometry.of(
                width,
                config.integer("num_hidden_layers", 12, 1),
                config.integer("num_attention_heads", 12, 1))
            .withMlpRatio(
                dinov2
                    ? dinov2Ratio(config, width, gated)
                    : PlainTransformers.mlpRatio(config, width, 3072))
            .withPatchSize(config.square("patch_size", type.equals("dinov2") ? 14 : 16))
            .withPretrainSize(size.get(0), size.get(1));
    return VisionTransformer.base()
        .withEmbedding(embedding(config, type))
        .withGeometry(geometry)
        .withMlp(gated ? Mlp.SWIGLU : Mlp.GELU)
        .withQkvBias(beit || config.flag("qkv_bias", true))
        .withKeyBias(!beit)
        .withLayerScale(dinov2 || beit && config.number("layer_scale_init_value", 0.1, 0) > 0)
        .withInitialLayerScale(beit ? 1e-6 : 1)
        .withEpsilon(config.number("layer_norm_eps", dinov2 ? 1e-6 : 1e-12, 0))
        .withAttention(
            AttentionOptions.plain()
                .withRelative(beit ? relative(config) : Relative.NONE)
                .withResizeTable(Interpolation.BILINEAR))
        .withHead(head(config, type));
  }

  private static boolean isBeit(String type) {
    return type.equals("beit") || type.equals("data2vec-vision");
  }

  /** In transformers, the position tables and embeddings of BEiT are those of a square. */
  private static List<Integer> size(ConfigTree config, String type) {
    String key = "image_size";
    List<Integer> size = config.extents(key, 224);
    if (isBeit(type)
        && !size.get(0).equals(size.get(1))
        && (learned(config, type) || relative(config) != Relative.NONE)) {
      throw config.wrong(key, "a square, as for its position embeddings");
    }
    return size;
  }

  private static boolean learned(ConfigTree config, String type) {
    return !isBeit(type) || config.flag("use_absolute_position_embeddings", false);
  }

  /** Returns the width of DINOv2's gated MLPs: two thirds, rounded up to a multiple of 8. */
  static double dinov2Ratio(ConfigTree config, int width, boolean gated) {
    double ratio = config.number("mlp_ratio", 4, 0);
    int hidden = (int) (width * ratio);
    return gated ? ((int) (hidden * 2 / 3.0) + 7) / 8 * 8 / (double) width : ratio;
  }

  private static Embedding embedding(ConfigTree config, String type) {
    boolean registers = type.equals("dinov2_with_registers");
    boolean distilled = type.equals("deit");
    return Embedding.ofTokens(
        distilled ? 2 : 1,
        registers ? config.integer("num_register_tokens", 4, 0) : 0,
        learned(config, type) ? Positions.LEARNED : Positions.NONE,
        distilled ? 2 : 1,
        registers ? Interpolation.ANTIALIASED : Interpolation.BICUBIC);
  }

  private static Relative relative(ConfigTree config) {
    boolean table = config.flag("use_relative_position_bias", false);
    if (config.flag("use_shared_relative_position_bias", false)) {
      config.only("use_relative_position_bias", false);
      return Relative.SHARED_TABLE;
    }
    return table ? Relative.TABLE : Relative.NONE;
  }

  private static ClassifierHead head(ConfigTree config, String type) {
    String architecture = Architecture.of(config);
    if (architecture.endsWith(WITH_TEACHER)) {
      return new ClassifierHead(Pool.CLASS_AND_DISTILLATION, Norm.TOKENS, 0);
    }
    if (isBeit(type) && config.flag("use_mean_pooling", true)) {
      return ClassifierHead.ofMean(Norm.POOLED);
    }
    boolean both = type.startsWith("dinov2") && architecture.contains("ForImageClassification");
    return both
        ? new ClassifierHead(Pool.CLASS_AND_MEAN, Norm.TOKENS, 0)
        : ClassifierHead.ofClassToken();
  }

  @Override
  public String imageProcessor(ConfigTree config) {
    return switch (config.text(TYPE, "vit")) {
      case "deit" -> "DeiTImageProcessor";
      case "beit", "data2vec-vision" -> "BeitImageProcessor";
      case "dinov2", "dinov2_with_registers" -> "BitImageProcessor";
      default -> "ViTImageProcessor";
    };
  }

  @Override
  public Map<String, Tensor> outputs(
      Scope root, ConfigTree config, VisionTransformer model, Tensor image, int classes) {
    Map<String, Tensor> outputs = PlainTransformers.outputs(root, model, image, classes);
    String type = config.text(TYPE, "vit");
    if (type.equals("vit") || type.equals("deit")) {
      outputs.remove("pooler_output"); // their pooler has its own layer, which Dovetail omits
    }
    return outputs;
  }
}
