package dev.dovetail.backbones.vit;

import dev.dovetail.backbones.vit.AttentionOptions.Relative;
import dev.dovetail.backbones.vit.Embedding.Positions;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Interpolation;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.Architecture;
import dev.dovetail.registry.huggingface.HuggingFaceReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Reads {@code vitdet} configs of transformers. */
final class HuggingFaceVitDet implements HuggingFaceReader<VisionTransformer> {

  @Override
  public Set<String> modelTypes() {
    return Set.of("vitdet");
  }

  @Override
  public VisionTransformer model(ConfigTree config) {
    Architecture.only(config);
    config.only("hidden_act", "gelu");
    int size = config.square("image_size", 224);
    List<Integer> learned = config.extents("pretrain_image_size", 224);
    int patch = config.square("patch_size", 16);
    int depth = config.integer("num_hidden_layers", 12, 1);
    int window = config.integer("window_size", 0, 0);
    List<Integer> windowed = config.integers("window_block_indices", List.of(), 0);
    boolean relative = config.flag("use_relative_position_embeddings", false);
    boolean absolute = config.flag("use_absolute_position_embeddings", true);
    Positions positions = absolute ? Positions.LEARNED : Positions.NONE;
    Geometry geometry =
        Geometry.of(
                config.integer("hidden_size", 768, 1),
                depth,
                config.integer("num_attention_heads", 12, 1))
            .withMlpRatio(config.number("mlp_ratio", 4, 0))
            .withPatchSize(patch)
            .withPretrainSize(learned.get(0), learned.get(1));
    return VisionTransformer.base()
        .withEmbedding(Embedding.ofTokens(0, 0, positions, 1, Interpolation.BICUBIC))
        .withGeometry(geometry)
        .withQkvBias(config.flag("qkv_bias", true))
        .withLayerScale(false)
        .withWindows(
            IntStream.range(0, depth).mapToObj(i -> windowed.contains(i) ? window : 0).toList())
        .withResidualBlocks(config.integers("residual_block_indices", List.of(), 0))
        .withEpsilon(config.number("layer_norm_eps", 1e-6, 0))
        .withAttention(
            AttentionOptions.plain()
                .withPadInput(true)
                .withRelative(relative ? Relative.DECOMPOSED : Relative.NONE)
                .withGrid(size / patch)
                .withResizeTable(Interpolation.BILINEAR));
  }

  @Override
  public Map<String, Tensor> outputs(
      Scope root, ConfigTree config, VisionTransformer model, Tensor image, int classes) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    out.put(
        "last_hidden_state", PlainTransformers.hiddenStates(root, model, image, true, out).map());
    return out;
  }
}
