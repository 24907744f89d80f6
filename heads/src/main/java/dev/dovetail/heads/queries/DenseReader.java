package dev.dovetail.heads.queries;

import dev.dovetail.adapters.plain.BackboneFeatures;
import dev.dovetail.registry.config.ConfigTree;
import java.util.List;
import java.util.Set;

/** What readers of DETR and its kin with dense attention share. */
public interface DenseReader extends DetectorReader {

  /** How the last of four stages is numbered; the stem is 0. */
  Set<Integer> LAST = Set.of(4, -1);

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
   *     coarsest, or the last stage is to dilate
   */
  @Override
  default Record model(ConfigTree config) {
    requireDetector(config);
    if (!config.has("backbone_config")) {
      config.only("dilation", false);
    }
    requireCoarsest(config.has("backbone_config") ? config.child("backbone_config") : config);
    if (config.has("backbone_kwargs")) {
      requireCoarsest(config.child("backbone_kwargs"));
    }
    return DetectorReader.super.model(config);
  }

  private static void requireCoarsest(ConfigTree backbone) {
    if (backbone.has("out_features") && backbone.has("stage_names")) {
      List<String> given = backbone.texts("out_features", List.of());
      List<String> all = backbone.texts("stage_names", List.of());
      if (!given.isEmpty() && !given.get(given.size() - 1).equals(all.get(all.size() - 1))) {
        throw backbone.wrong(
            "out_features", "a list that ends with the last stage, " + all.get(all.size() - 1));
      }
    }
    if (backbone.has("out_indices") && !backbone.has("out_features")) {
      List<Integer> given = backbone.integers("out_indices", List.of(), Integer.MIN_VALUE);
      if (given.isEmpty() || !LAST.contains(given.get(given.size() - 1))) {
        throw backbone.wrong("out_indices", "a list that ends with the last stage, 4 or -1");
      }
    }
  }
}
