package dev.dovetail.heads.queries;

import dev.dovetail.adapters.plain.BackboneFeatures;
import dev.dovetail.registry.config.ConfigTree;
import java.util.List;

/** What readers of DETR and its kin with dense attention share. */
public interface DenseReader extends DetectorReader {

  /** The head that a config describes. */
  Record head(ConfigTree config);

  /** The backbone's own maps and the head, which reads the coarsest of them. */
  @Override
  default List<Record> decoder(ConfigTree config) {
    return List.of(BackboneFeatures.defaults(), head(config));
  }

  /**
   * {@inheritDoc}
   *
   * @throws dev.dovetail.registry.config.ConfigException if the last map of the backbone is not its
   *     coarsest
   */
  @Override
  default Record model(ConfigTree config) {
    ConfigTree backbone = config.child("backbone_config");
    if (backbone.has("out_features") && backbone.has("stage_names")) {
      List<String> given = backbone.texts("out_features", List.of());
      List<String> all = backbone.texts("stage_names", List.of());
      if (given.isEmpty() || !given.get(given.size() - 1).equals(all.get(all.size() - 1))) {
        throw backbone.wrong(
            "out_features", "a list that ends with the last stage, " + all.get(all.size() - 1));
      }
    }
    return DetectorReader.super.model(config);
  }
}
