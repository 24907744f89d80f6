package dev.dovetail.backbones.resnet;

import dev.dovetail.backbones.StagesReader;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.Architecture;
import java.util.List;
import java.util.Set;

/**
 * Reads {@code resnet} and {@code rt_detr_resnet} configs of transformers. Both use ReLU between
 * the convolutions of a block whatever {@code hidden_act} specifies. Only ReLU gives all layers the
 * same activation, so it is the only supported value.
 */
final class HuggingFaceResNet implements StagesReader<ResNet> {

  private static final String DEEP = "rt_detr_resnet";

  @Override
  public Set<String> modelTypes() {
    return Set.of("resnet", DEEP);
  }

  @Override
  public ResNet model(ConfigTree config) {
    Architecture.only(config, "ForImageClassification");
    config.only("hidden_act", "relu");
    config.only("layer_type", "bottleneck", "basic");
    boolean deep = config.text("model_type", "").equals(DEEP);
    boolean bottleneck = config.text("layer_type", "bottleneck").equals("bottleneck");
    boolean downsampleFirst = config.flag("downsample_in_first_stage", false);
    int stem = config.integer("embedding_size", 64, 1);
    List<Integer> widths = config.integers("hidden_sizes", List.of(256, 512, 1024, 2048), 1);
    if (deep && !bottleneck && !downsampleFirst && stem != widths.get(0)) {
      // transformers averages this shortcut but not the other branch.
      throw config.wrong("embedding_size", "the first of hidden_sizes, " + widths.get(0));
    }
    return ResNet.of(widths, config.integers("depths", List.of(3, 4, 6, 3), 1), bottleneck)
        .withStemWidth(stem)
        .withStrideFirst(config.flag("downsample_in_bottleneck", false))
        .withDeep(deep)
        .withProjectFirst(deep && !bottleneck)
        .withDownsampleFirst(downsampleFirst);
  }

  @Override
  public String imageProcessor(ConfigTree config) {
    return "ConvNextImageProcessor";
  }
}
