package dev.dovetail.backbones.resnet;

import dev.dovetail.backbones.StagesReader;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.Architecture;
import java.util.List;
import java.util.Set;

/** {@code resnet} of transformers. */
final class HuggingFaceResNet implements StagesReader<ResNet> {

  @Override
  public Set<String> modelTypes() {
    return Set.of("resnet");
  }

  @Override
  public ResNet model(ConfigTree config) {
    Architecture.only(config, "ForImageClassification");
    config.only("hidden_act", "relu");
    config.only("downsample_in_first_stage", false);
    config.only("layer_type", "bottleneck", "basic");
    return ResNet.of(
            config.integers("hidden_sizes", List.of(256, 512, 1024, 2048), 1),
            config.integers("depths", List.of(3, 4, 6, 3), 1),
            config.text("layer_type", "bottleneck").equals("bottleneck"))
        .withStemWidth(config.integer("embedding_size", 64, 1))
        .withStrideFirst(config.flag("downsample_in_bottleneck", false));
  }

  @Override
  public String imageProcessor(ConfigTree config) {
    return "ConvNextImageProcessor";
  }
}
