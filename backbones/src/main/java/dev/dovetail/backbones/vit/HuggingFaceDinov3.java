package dev.dovetail.backbones.vit;

import dev.dovetail.backbones.vit.AttentionOptions.Relative;
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

/** {@code dinov3_vit}. */
final class HuggingFaceDinov3 implements HuggingFaceReader<VisionTransformer> {

  private static final String ROPE = "rope_parameters";

  @Override
  public Set<String> modelTypes() {
    return Set.of("dinov3_vit");
  }

  @Override
  public VisionTransformer model(ConfigTree config) {
    Architecture.only(config, "ForImageClassification");
    boolean gated = config.flag("use_gated_mlp", false);
    config.only("hidden_act", gated ? "silu" : "gelu");
    config.only("key_bias", false);
    config.only("proj_bias", true);
    config.only("mlp_bias", true);
    boolean bias = config.flag("query_bias", true);
    config.only("value_bias", bias);
    int width = config.integer("hidden_size", 384, 1);
    List<Integer> size = config.extents("image_size", 224);
    Rotary rotary = new Rotary(Rotary.Kind.UNIT, theta(config), 0);
    return new VisionTransformer(
        width,
        config.integer("num_hidden_layers", 12, 1),
        config.integer("num_attention_heads", 6, 1),
        PlainTransformers.mlpRatio(config, width, 1536),
        bias,
        true,
        List.of(0),
        size.get(0),
        config.square("patch_size", 16),
        List.of(),
        size.get(1),
        config.number("layer_norm_eps", 1e-5, 0),
        Lineage.BEIT,
        gated ? Mlp.SWIGLU : Mlp.GELU,
        new Embedding(
            true,
            false,
            config.integer("num_register_tokens", 0, 0),
            Positions.NONE,
            0,
            Interpolation.BICUBIC,
            false,
            0,
            Interpolation.FLEXI),
        new AttentionOptions(false, false, false, Relative.NONE, 0, Interpolation.BILINEAR, rotary),
        Head.ofClassToken());
  }

  /** Newer configs may have it in an object of its own. */
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
