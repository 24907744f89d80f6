package dev.dovetail.models.huggingface;

import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.resnet.ResNet;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.models.config.ConfigTree;
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
  public Backbone backbone(ConfigTree config) {
    Architecture.only(config, "ForImageClassification");
    config.only("hidden_act", "relu");
    config.only("downsample_in_first_stage", false);
    config.only("layer_type", "bottleneck", "basic");
    return new ResNet(
        config.integer("embedding_size", 64, 1),
        config.integers("hidden_sizes", List.of(256, 512, 1024, 2048), 1),
        config.integers("depths", List.of(3, 4, 6, 3), 1),
        config.text("layer_type", "bottleneck").equals("bottleneck"),
        config.flag("downsample_in_bottleneck", false),
        false);
  }

  @Override
  public Map<String, Tensor> outputs(
      Scope root, ConfigTree config, Backbone backbone, Tensor image, int classes) {
    return HuggingFaceStages.outputs(root, backbone, image, classes);
  }
}
