package dev.dovetail.adapters.plain;

import dev.dovetail.adapters.feature2pyramid.Feature2Pyramid;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.DetectorBackbone;
import dev.dovetail.backbones.vit.HuggingFaceTaps;
import dev.dovetail.registry.config.ConfigTree;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the backbone of a segmenter from a config of transformers, together with the parts that
 * select the maps named in the config.
 *
 * @param backbone the record of the backbone
 * @param parts an adapter and optionally a neck
 * @param widths channels of each map
 */
public record HuggingFaceMaps(Record backbone, List<Record> parts, List<Integer> widths) {

  /** Widths and parts have one element for each map, finest first. */
  public HuggingFaceMaps {
    parts = List.copyOf(parts);
    widths = List.copyOf(widths);
  }

  /**
   * Reads the backbone and the parts.
   *
   * @param config the {@code backbone_config} of the segmenter
   * @return the backbone with the maps of {@code out_features} or {@code out_indices}
   * @throws IllegalArgumentException if the backbone or a map is not supported; the message names
   *     the key
   */
  public static HuggingFaceMaps of(ConfigTree config) {
    Record record = DetectorBackbone.of(config);
    Backbone backbone = (Backbone) record;
    if (backbone.stages().size() > 1) {
      List<Integer> after = HuggingFaceTaps.of(config, backbone.stages().size());
      if (after.get(0) == 0) {
        throw config.wrong(
            config.has("out_indices") ? "out_indices" : "out_features",
            "stages without the stem (0), whose map is not supported");
      }
      return new HuggingFaceMaps(
          record,
          List.of(new Stages(after)),
          after.stream().map(i -> backbone.stages().get(i - 1).channels()).toList());
    }
    List<Integer> after = HuggingFaceTaps.of(config, backbone.stages().get(0).blocks());
    List<Record> parts = new ArrayList<>(List.of(new Taps(after)));
    if (config.flag("add_fpn", false)) {
      if (after.size() != Feature2Pyramid.defaults().scales().size()) {
        throw config.wrong("out_indices", "four blocks if add_fpn is true");
      }
      parts.add(Feature2Pyramid.defaults());
    }
    int width = backbone.stages().get(0).channels();
    return new HuggingFaceMaps(record, parts, after.stream().map(i -> width).toList());
  }
}
