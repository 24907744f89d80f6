package dev.dovetail.heads.queries;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.dovetail.adapters.plain.BackboneFeatures;
import dev.dovetail.backbones.DetectorBackbone;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.Architecture;
import dev.dovetail.registry.huggingface.DecoderReader;
import java.util.List;

/** What readers of DETR and its kin with dense attention share: all but the head. */
public interface HuggingFaceDenseReader extends DecoderReader<Record> {

  /** The head that a config describes. */
  Record head(ConfigTree config);

  /**
   * {@inheritDoc}
   *
   * <p>Here the backbone, timm's ResNet-50 where the config names none.
   */
  @Override
  default Record model(ConfigTree config) {
    if (Architecture.of(config).endsWith("ForSegmentation")) {
      throw config.wrong(
          "architectures",
          "a class that ends in ForObjectDetection: masks made of attention maps are not supported");
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

  /** The backbone's own maps and the head, which reads the coarsest of them. */
  @Override
  default List<Record> decoder(ConfigTree config) {
    return List.of(BackboneFeatures.defaults(), head(config));
  }
}
