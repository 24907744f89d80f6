package dev.dovetail.backbones.vit;

import dev.dovetail.registry.config.ConfigTree;
import java.util.ArrayList;
import java.util.List;

/** Reads which hidden states of a plain vision transformer a detector uses. */
public final class HuggingFaceTaps {

  private static final String INDICES = "out_indices";
  private static final String FEATURES = "out_features";

  private HuggingFaceTaps() {}

  /**
   * Returns the number of blocks before each feature map, from {@code out_indices} or {@code
   * out_features} ({@code stem}, {@code stage1}, …). The default is the map of the last block.
   *
   * @param config the {@code backbone_config} of a detector
   * @param depth number of blocks of the backbone
   * @return numbers in ascending order, from 0 (the output of the embedding) to {@code depth}
   * @throws IllegalArgumentException if the config names a block that does not exist, or the order
   *     is not ascending
   */
  public static List<Integer> of(ConfigTree config, int depth) {
    List<Integer> taps = new ArrayList<>();
    for (int index : given(config, depth)) {
      taps.add(index < 0 ? index + depth + 1 : index);
    }
    boolean ascending = taps.stream().sorted().distinct().toList().equals(taps);
    if (taps.isEmpty() || !ascending || taps.get(0) < 0 || taps.get(taps.size() - 1) > depth) {
      throw config.wrong(
          config.has(INDICES) ? INDICES : FEATURES,
          "ascending stages of 0 (the stem) to " + depth + " (the last block)");
    }
    return List.copyOf(taps);
  }

  /** Reads the indices; negative ones count from the end. */
  static List<Integer> given(ConfigTree config, int depth) {
    if (config.has(INDICES)) {
      return config.integers(INDICES, List.of(), Integer.MIN_VALUE);
    }
    if (!config.has(FEATURES)) {
      return List.of(depth);
    }
    List<Integer> indices = new ArrayList<>();
    for (String stage : config.texts(FEATURES, List.of())) {
      if (stage.equals("stem")) {
        indices.add(0);
      } else if (stage.matches("stage[1-9]\\d{0,3}")) {
        indices.add(Integer.parseInt(stage.substring("stage".length())));
      } else {
        throw config.wrong(FEATURES, "'stem' and 'stage1' to 'stage" + depth + "'");
      }
    }
    return indices;
  }
}
