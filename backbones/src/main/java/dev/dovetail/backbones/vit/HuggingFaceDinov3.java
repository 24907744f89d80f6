package dev.dovetail.backbones.vit;

import dev.dovetail.backbones.vit.ClassifierHead.OutputNorm;
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

/** Reads {@code dinov3_vit} configs of transformers. */
public final class HuggingFaceDinov3 implements HuggingFaceReader<VisionTransformer> {

  private static final String ROPE = "rope_parameters";

  @Override
  public Set<String> modelTypes() {
    return Set.of("dinov3_vit");
  }

  @Override
  public VisionTransformer model(ConfigTree config) {
    Architecture.only(config, "ForImageClassification");
    config.only("key_bias", false);
    return transformer(config).withKeyBias(false);
  }

  /** {@inheritDoc} Keys have no bias, as in the standalone model. */
  @Override
  public VisionTransformer asBackbone(ConfigTree config) {
    config.only("key_bias", false);
    return withMaps(config, transformer(config).withKeyBias(false));
  }

  /**
   * Reads the backbone of a detector. {@link HuggingFaceTaps} reads the maps that the detector
   * uses.
   *
   * @param config the {@code backbone_config} of the detector
   * @return the backbone. Its keys have a bias if queries and values have one; it is zero if the
   *     checkpoint does not contain it
   * @throws IllegalArgumentException if a value is not supported; the message names the key
   */
  public static VisionTransformer backbone(ConfigTree config) {
    VisionTransformer transformer = transformer(config);
    config.only("key_bias", false, transformer.block().qkvBias());
    return withMaps(config, transformer);
  }

  /** The map of the last block is normalized even if the others are not. */
  private static VisionTransformer withMaps(ConfigTree config, VisionTransformer transformer) {
    Architecture.onlyUsual(config);
    config.only("reshape_hidden_states", true);
    boolean norm = config.flag("apply_layernorm", true);
    return transformer.withHead(
        transformer.head().withOutputNorm(norm ? OutputNorm.ALL : OutputNorm.LAST));
  }

  private static VisionTransformer transformer(ConfigTree config) {
    boolean gated = config.flag("use_gated_mlp", false);
    config.only("hidden_act", gated ? "silu" : "gelu");
    config.only("proj_bias", true);
    config.only("mlp_bias", true);
    boolean bias = config.flag("query_bias", true);
    config.only("value_bias", bias);
    int width = config.integer("hidden_size", 384, 1);
    List<Integer> size = config.extents("image_size", 224);
    Embedding embedding =
        Embedding.ofTokens(
            1,
            config.integer("num_register_tokens", 0, 0),
            Positions.NONE,
            0,
            Interpolation.BICUBIC);
    Rotary rotary = new Rotary(Rotary.Kind.UNIT, theta(config), 0);
    Geometry geometry =
        Geometry.of(
                width,
                config.integer("num_hidden_layers", 12, 1),
                config.integer("num_attention_heads", 6, 1))
            .withMlpRatio(PlainTransformers.mlpRatio(config, width, 1536))
            .withPatchSize(config.square("patch_size", 16))
            .withPretrainSize(size.get(0), size.get(1));
    return VisionTransformer.base()
        .withEmbedding(embedding)
        .withGeometry(geometry)
        .withMlp(gated ? Mlp.SWIGLU : Mlp.GELU)
        .withQkvBias(bias)
        .withInitialLayerScale(1e-6)
        .withEpsilon(config.number("layer_norm_eps", 1e-5, 0))
        .withAttention(
            AttentionOptions.plain().withResizeTable(Interpolation.BILINEAR).withRotary(rotary))
        .withHead(ClassifierHead.ofClassToken());
  }

  /** In newer configs this key may be in a nested object. */
  private static double theta(ConfigTree config) {
    ConfigTree rope = config.has(ROPE) ? config.child(ROPE) : config;
    rope.only("rope_type", "default");
    return rope.number("rope_theta", 100, Double.MIN_VALUE);
  }

  @Override
  public String imageProcessor(ConfigTree config) {
    return "DINOv3ViTImageProcessor";
  }

  @Override
  public Map<String, Tensor> outputs(
      Scope root, ConfigTree config, VisionTransformer model, Tensor image, int classes) {
    return PlainTransformers.outputs(root, model, image, classes);
  }
}
