package dev.dovetail.models.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.resnet.ResNet;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code resnet} of transformers. */
public final class HuggingFaceResNet implements HuggingFaceFamily {

  @Override
  public Set<String> modelTypes() {
    return Set.of("resnet");
  }

  @Override
  public Backbone backbone(JsonNode config) {
    HuggingFaceStages.require(config, "hidden_act", "relu");
    HuggingFaceStages.require(config, "downsample_in_first_stage", "false");
    return new ResNet(
        config.path("embedding_size").asInt(64),
        HuggingFaceStages.integers(config, "hidden_sizes", List.of(256, 512, 1024, 2048)),
        HuggingFaceStages.integers(config, "depths", List.of(3, 4, 6, 3)),
        config.path("layer_type").asText("bottleneck").equals("bottleneck"),
        config.path("downsample_in_bottleneck").asBoolean(false),
        false);
  }

  @Override
  public Map<String, Tensor> outputs(
      Scope root, JsonNode config, Backbone backbone, Tensor image, int classes) {
    return HuggingFaceStages.outputs(root, backbone, image, classes);
  }
}
