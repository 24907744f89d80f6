package dev.dovetail.models.huggingface;

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
import dev.dovetail.models.config.ConfigTree;
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
  public Backbone backbone(ConfigTree config) {
    Architecture.only(config);
    config.only("hidden_act", "gelu");
    List<Integer> size = config.extents("image_size", 224);
    List<Integer> learned = config.extents("pretrain_image_size", 224);
    int patch = PlainTransformers.patch(config, 16);
    if (!size.get(0).equals(size.get(1))) {
      throw config.wrong("image_size", "a square");
    }
    int depth = config.integer("num_hidden_layers", 12, 1);
    int window = config.integer("window_size", 0, 0);
    List<Integer> windowed = config.integers("window_block_indices", List.of(), 0);
    boolean relative = config.flag("use_relative_position_embeddings", false);
    boolean absolute = config.flag("use_absolute_position_embeddings", true);
    return new VisionTransformer(
        config.integer("hidden_size", 768, 1),
        depth,
        config.integer("num_attention_heads", 12, 1),
        config.number("mlp_ratio", 4, 0),
        config.flag("qkv_bias", true),
        false,
        IntStream.range(0, depth).mapToObj(i -> windowed.contains(i) ? window : 0).toList(),
        learned.get(0),
        patch,
        config.integers("residual_block_indices", List.of(), 0),
        learned.get(1),
        config.number("layer_norm_eps", 1e-6, 0),
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
      Scope root, ConfigTree config, Backbone backbone, Tensor image, int classes) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    out.put(
        "last_hidden_state",
        PlainTransformers.hiddenStates(root, backbone, image, true, out).map());
    return out;
  }
}
