package dev.dovetail.heads.segformer;

import dev.dovetail.adapters.plain.BackboneFeatures;
import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.segformer.MixTransformer;
import dev.dovetail.backbones.segformer.MixTransformer.Attention;
import dev.dovetail.backbones.segformer.MixTransformer.Epsilons;
import dev.dovetail.backbones.segformer.MixTransformer.Size;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.heads.SegmenterReader;
import dev.dovetail.heads.segformer.SegformerHead.Flavour;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.Architecture;
import dev.dovetail.registry.huggingface.Labels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads {@code segformer} configs of transformers: the Mix Transformer with or without its decoder.
 */
final class HuggingFaceSegformer implements SegmenterReader<MixTransformer> {

  /** transformers never reads {@code layer_norm_eps} in configs of this family. */
  private static final double EPSILON = 1e-5;

  @Override
  public Set<String> modelTypes() {
    return Set.of("segformer");
  }

  @Override
  public MixTransformer model(ConfigTree config) {
    Architecture.only(config, "ForImageClassification", SEGMENTATION);
    config.only("strides", List.of(4, 2, 2, 2));
    config.only("patch_sizes", List.of(7, 3, 3, 3));
    config.only("hidden_act", "gelu");
    List<Integer> widths = config.integers("hidden_sizes", List.of(32, 64, 160, 256), 1);
    config.only("num_encoder_blocks", widths.size());
    return new MixTransformer(
        new Size(widths, config.integers("depths", List.of(2, 2, 2, 2), 1)),
        new Attention(
            config.integers("num_attention_heads", List.of(1, 2, 5, 8), 1),
            config.integers("sr_ratios", List.of(8, 4, 2, 1), 1)),
        config.integers("mlp_ratios", List.of(4, 4, 4, 4), 1),
        new Epsilons(EPSILON, EPSILON));
  }

  @Override
  public List<Record> decoder(ConfigTree config) {
    return isSegmenter(config) ? List.of(BackboneFeatures.defaults(), head(config)) : List.of();
  }

  private static SegformerHead head(ConfigTree config) {
    return new SegformerHead(
        Labels.of(config).count(), config.integer("decoder_hidden_size", 256, 1), Flavour.NVIDIA);
  }

  @Override
  public String imageProcessor(ConfigTree config) {
    return "SegformerImageProcessor";
  }

  /** {@code image_size}, if present, is that of the encoder's pre-training. */
  @Override
  public Optional<List<Integer>> imageSize(ConfigTree config) {
    return Optional.empty();
  }

  /** {@code hidden_states.i} is the output of stage i. */
  @Override
  public Map<String, Tensor> outputs(
      Scope root, ConfigTree config, MixTransformer model, Tensor image, int classes) {
    Scope s = isSegmenter(config) ? root.at("backbone") : root;
    Map<String, Tensor> out = new LinkedHashMap<>();
    List<Tensor> maps = new ArrayList<>();
    Features x = model.stem(s, image);
    for (int i = 0; i < model.stages().size(); i++) {
      x = model.blocks(s, x, i, 0, model.stages().get(i).blocks());
      maps.add(x.map());
      out.put("hidden_states." + i, x.map());
    }
    out.put("last_hidden_state", x.map());
    if (isSegmenter(config)) {
      out.put("logits", head(config).logits(root, FeaturePyramid.from(4, maps)));
    } else if (classes > 0) {
      out.put("logits", model.logits(s, x, classes));
    }
    return out;
  }
}
