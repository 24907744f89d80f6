package dev.dovetail.backbones.vit;

import dev.dovetail.backbones.vit.Embedding.Positions;
import dev.dovetail.graph.nn.Interpolation;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.Architecture;
import java.util.List;
import java.util.stream.IntStream;

/** Reads {@code lw_detr_vit} configs of transformers: LW-DETR's transformer with windows. */
public final class HuggingFaceLwDetrVit {

  private HuggingFaceLwDetrVit() {}

  /**
   * Reads the backbone. {@link HuggingFaceTaps} reads the maps that the detector uses.
   *
   * @param config the {@code backbone_config} of a detector
   * @throws IllegalArgumentException if a value is not supported; the message names the key
   */
  public static VisionTransformer backbone(ConfigTree config) {
    Architecture.onlyUsual(config);
    config.only("hidden_act", "gelu");
    int width = config.integer("hidden_size", 768, 1);
    int depth = config.integer("num_hidden_layers", 12, 1);
    int heads = config.integer("num_attention_heads", 12, 1);
    config.only("head_dim", width / heads, null);
    int windows = config.integer("num_windows", 16, 1);
    int perSide = (int) Math.round(Math.sqrt(windows));
    if (perSide * perSide != windows) {
      throw config.wrong("num_windows", "a square number");
    }
    List<Integer> windowed = config.integers("window_block_indices", List.of(), 0);
    boolean learned = config.flag("use_absolute_position_embeddings", true);
    Positions positions = learned ? Positions.LEARNED : Positions.NONE;
    return VisionTransformer.base()
        .withEmbedding(Embedding.ofTokens(0, 0, positions, 1, Interpolation.BICUBIC))
        .withGeometry(
            Geometry.of(width, depth, heads)
                .withMlpRatio(config.number("mlp_ratio", 4, 0))
                .withPatchSize(config.square("patch_size", 16))
                .withPretrainSize(config.square("pretrain_image_size", 224), 0))
        .withQkvBias(config.flag("qkv_bias", true))
        .withKeyBias(false)
        .withInitialLayerScale(config.number("cae_init_values", 0.1, 0))
        .withEpsilon(config.number("layer_norm_eps", 1e-6, 0))
        .withTokenWindows(
            new TokenWindows(
                perSide,
                IntStream.range(0, depth).filter(i -> !windowed.contains(i)).boxed().toList(),
                false));
  }
}
