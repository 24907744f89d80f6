package dev.dovetail.backbones.vit;

import dev.dovetail.backbones.vit.ClassifierHead.OutputNorm;
import dev.dovetail.backbones.vit.Embedding.Positions;
import dev.dovetail.graph.nn.Interpolation;
import dev.dovetail.graph.nn.Mlp;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.Architecture;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Reads {@code rf_detr_dinov2} configs of transformers: RF-DETR's DINOv2 with windows. */
public final class HuggingFaceRfDetrVit {

  private HuggingFaceRfDetrVit() {}

  /**
   * Reads the backbone. {@link HuggingFaceTaps} reads the maps that the detector uses.
   *
   * @param config the {@code backbone_config} of a detector
   * @throws IllegalArgumentException if a value is not supported; the message names the key
   */
  public static VisionTransformer backbone(ConfigTree config) {
    Architecture.onlyUsual(config);
    config.only("hidden_act", "gelu");
    config.only("reshape_hidden_states", true);
    int width = config.integer("hidden_size", 768, 1);
    int depth = config.integer("num_hidden_layers", 12, 1);
    boolean gated = config.flag("use_swiglu_ffn", false);
    Geometry geometry =
        Geometry.of(width, depth, config.integer("num_attention_heads", 12, 1))
            .withMlpRatio(HuggingFaceVit.dinov2Ratio(config, width, gated))
            .withPatchSize(config.square("patch_size", 14))
            .withPretrainSize(config.square("image_size", 224), 0);
    boolean norm = config.flag("apply_layernorm", true);
    return VisionTransformer.base()
        .withEmbedding(Embedding.ofTokens(1, 0, Positions.LEARNED, 1, Interpolation.ANTIALIASED))
        .withGeometry(geometry)
        .withMlp(gated ? Mlp.SWIGLU : Mlp.GELU)
        .withQkvBias(config.flag("qkv_bias", true))
        .withInitialLayerScale(config.number("layerscale_value", 1, 0))
        .withEpsilon(config.number("layer_norm_eps", 1e-6, 0))
        .withTokenWindows(
            new TokenWindows(config.integer("num_windows", 4, 1), global(config, depth), true))
        .withHead(
            ClassifierHead.ofClassToken().withOutputNorm(norm ? OutputNorm.ALL : OutputNorm.NONE));
  }

  /**
   * Returns the blocks with global attention. Without {@code window_block_indexes}, a block has
   * windows if its index is less than the last tap and is not a tap itself.
   */
  private static List<Integer> global(ConfigTree config, int depth) {
    List<Integer> taps = HuggingFaceTaps.given(config, depth);
    List<Integer> windowed = new ArrayList<>();
    if (!taps.isEmpty()) {
      IntStream.rangeClosed(0, taps.get(taps.size() - 1))
          .filter(i -> !taps.contains(i))
          .forEach(windowed::add);
    }
    List<Integer> named = config.integers("window_block_indexes", windowed, 0);
    return IntStream.range(0, depth).filter(i -> !named.contains(i)).boxed().toList();
  }
}
