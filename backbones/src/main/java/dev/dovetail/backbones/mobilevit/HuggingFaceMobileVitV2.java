package dev.dovetail.backbones.mobilevit;

import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.Architecture;
import dev.dovetail.registry.huggingface.HuggingFaceReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads {@code mobilevitv2} configs of transformers. If a map has an odd height or width,
 * transformers excludes its last row or column from the attention; this model resizes the map as
 * timm does.
 */
final class HuggingFaceMobileVitV2 implements HuggingFaceReader<MobileVitV2> {

  @Override
  public Set<String> modelTypes() {
    return Set.of("mobilevitv2");
  }

  @Override
  public MobileVitV2 model(ConfigTree config) {
    Architecture.only(config, "ForImageClassification");
    config.only("output_stride", 32);
    config.only("hidden_act", "swish", "silu");
    config.only("patch_size", 2, List.of(2, 2));
    config.only("expand_ratio", 2);
    config.only("conv_kernel_size", 3);
    config.only("ffn_multiplier", 2);
    config.only("base_attn_unit_dims", List.of(128, 192, 256));
    config.only("layer_norm_eps", 1e-5);
    return new MobileVitV2(
        config.number("width_multiplier", 1, 0),
        config.integers("n_attn_blocks", List.of(2, 4, 3), 1));
  }

  @Override
  public String imageProcessor(ConfigTree config) {
    return "MobileViTImageProcessor";
  }

  @Override
  public Map<String, Tensor> outputs(
      Scope root, ConfigTree config, MobileVitV2 model, Tensor image, int classes) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    List<Features> stages = model.features(root, image);
    for (int i = 0; i < stages.size(); i++) {
      out.put("hidden_states." + (i + 1), stages.get(i).map());
    }
    Features last = stages.get(stages.size() - 1);
    out.put("last_hidden_state", last.map());
    out.put(classes > 0 ? "logits" : "pooler_output", model.logits(root, last, classes));
    return out;
  }
}
