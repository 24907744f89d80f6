package dev.dovetail.models.huggingface;

import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.mobilevit.MobileVitV2;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.data.image.Preprocess;
import dev.dovetail.models.config.ConfigTree;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code mobilevitv2} of transformers. Where a map has an odd extent transformers leaves its last
 * row or column out of the attention, and this model resizes the map as timm does.
 */
public final class HuggingFaceMobileVitV2 implements HuggingFaceFamily {

  @Override
  public Set<String> modelTypes() {
    return Set.of("mobilevitv2");
  }

  @Override
  public Backbone backbone(ConfigTree config) {
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
  public Map<String, Tensor> outputs(
      Scope root, ConfigTree config, Backbone backbone, Tensor image, int classes) {
    MobileVitV2 model = (MobileVitV2) backbone;
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
