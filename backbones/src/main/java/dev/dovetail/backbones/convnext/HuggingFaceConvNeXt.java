package dev.dovetail.backbones.convnext;

import dev.dovetail.backbones.StagesReader;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.Architecture;
import java.util.List;
import java.util.Set;

/** Reads {@code convnext} configs of transformers. */
final class HuggingFaceConvNeXt implements StagesReader<ConvNeXt> {

  private static final double EPSILON = 1e-6;

  @Override
  public Set<String> modelTypes() {
    return Set.of("convnext");
  }

  @Override
  public ConvNeXt model(ConfigTree config) {
    Architecture.only(config, "ForImageClassification");
    // Applies to the last norm only; all others use 1e-6 whatever the config specifies.
    if (config.number("layer_norm_eps", 1e-12, 0) > EPSILON) {
      throw config.wrong("layer_norm_eps", "at most " + EPSILON);
    }
    return stages(config);
  }

  /** Each map has its own norm, and there is no final norm. */
  @Override
  public ConvNeXt asBackbone(ConfigTree config) {
    return stages(config).withOutputNorms(true);
  }

  private static ConvNeXt stages(ConfigTree config) {
    config.only("hidden_act", "gelu");
    config.only("patch_size", 4);
    List<Integer> widths = config.integers("hidden_sizes", List.of(96, 192, 384, 768), 1);
    config.only("num_stages", widths.size());
    // With 0 or less there would be no layer scale.
    config.number("layer_scale_init_value", 1e-6, Double.MIN_VALUE);
    return ConvNeXt.of(widths, config.integers("depths", List.of(3, 3, 9, 3), 1));
  }

  @Override
  public String imageProcessor(ConfigTree config) {
    return "ConvNextImageProcessor";
  }
}
