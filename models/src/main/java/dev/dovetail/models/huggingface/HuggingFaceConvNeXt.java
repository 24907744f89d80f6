package dev.dovetail.models.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.convnext.ConvNeXt;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code convnext} of transformers. */
public final class HuggingFaceConvNeXt implements HuggingFaceFamily {

  @Override
  public Set<String> modelTypes() {
    return Set.of("convnext");
  }

  @Override
  public Backbone backbone(JsonNode config) {
    HuggingFaceStages.require(config, "hidden_act", "gelu");
    HuggingFaceStages.require(config, "patch_size", "4");
    return new ConvNeXt(
        HuggingFaceStages.integers(config, "hidden_sizes", List.of(96, 192, 384, 768)),
        HuggingFaceStages.integers(config, "depths", List.of(3, 3, 9, 3)),
        false,
        false);
  }

  @Override
  public Map<String, Tensor> outputs(
      Scope root, JsonNode config, Backbone backbone, Tensor image, int classes) {
    return HuggingFaceStages.outputs(root, backbone, image, classes);
  }
}
