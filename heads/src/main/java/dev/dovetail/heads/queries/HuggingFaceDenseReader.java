package dev.dovetail.heads.queries;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.dovetail.adapters.plain.BackboneFeatures;
import dev.dovetail.backbones.DetectorBackbone;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.Architecture;
import dev.dovetail.registry.huggingface.DecoderReader;
import java.util.List;

/**
 * A base of readers of DETR and related models with dense attention, which reads everything except
 * the head.
 */
public interface HuggingFaceDenseReader extends DecoderReader<Record> {

  /** Reads the head from a config. */
  Record head(ConfigTree config);

  /**
   * {@inheritDoc}
   *
   * <p>This is the backbone, by default timm's ResNet-50.
   */
  @Override
  default Record model(ConfigTree config) {
    if (Architecture.of(config).endsWith("ForSegmentation")) {
      throw config.wrong(
          "architectures",
          "a class name that ends in ForObjectDetection; masks from attention maps are not"
              + " supported");
    }
    Architecture.require(config, "ForObjectDetection");
    ConfigTree usual =
        config.with(
            JsonNodeFactory.instance
                .objectNode()
                .put("model_type", "timm_backbone")
                .put("backbone", "resnet50"));
    return DetectorBackbone.of(config, usual, 1).model();
  }

  /** Combines the backbone's own maps with the head, which reads the coarsest of them. */
  @Override
  default List<Record> decoder(ConfigTree config) {
    return List.of(BackboneFeatures.defaults(), head(config));
  }
}
