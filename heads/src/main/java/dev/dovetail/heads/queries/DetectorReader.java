package dev.dovetail.heads.queries;

import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.Architecture;
import dev.dovetail.registry.huggingface.BackboneConfig;
import dev.dovetail.registry.huggingface.HuggingFaceReader;
import dev.dovetail.registry.huggingface.Labels;
import java.util.List;
import java.util.Optional;

/** What readers of detectors share: a backbone of any family, and one architecture. */
public interface DetectorReader extends HuggingFaceReader<Record> {

  /** The class of transformers with all predictions, such as {@code DetrForObjectDetection}. */
  String architecture();

  /**
   * {@inheritDoc}
   *
   * <p>Here the backbone, ResNet-50 where the config names none.
   */
  @Override
  default Record model(ConfigTree config) {
    requireDetector(config);
    return BackboneConfig.of(config, "resnet50");
  }

  /**
   * Refuses models without predictions of boxes, and with others than those.
   *
   * @throws dev.dovetail.registry.config.ConfigException if the config is of another class
   */
  default void requireDetector(ConfigTree config) {
    String name = Architecture.of(config);
    if (!name.isEmpty() && !name.equals(architecture())) {
      throw config.wrong(
          "architectures",
          "["
              + architecture()
              + "]"
              + (name.endsWith("ForSegmentation")
                  ? "; its masks of attention maps are not supported"
                  : "; other classes have no boxes"));
    }
  }

  @Override
  default Labels labels(ConfigTree config) {
    return Labels.of(config);
  }

  /** Sizes in configs are of the backbone's pre-training. */
  @Override
  default Optional<List<Integer>> imageSize(ConfigTree config) {
    return Optional.empty();
  }
}
