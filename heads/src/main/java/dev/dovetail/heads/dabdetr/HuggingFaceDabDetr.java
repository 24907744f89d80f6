package dev.dovetail.heads.dabdetr;

import dev.dovetail.heads.queries.DenseTransformer;
import dev.dovetail.heads.queries.HuggingFaceDenseReader;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.Labels;
import java.util.Set;

/** Reads {@code dab-detr} configs of transformers. */
final class HuggingFaceDabDetr implements HuggingFaceDenseReader {

  /** The number of objects that the library's post-processing keeps by default. */
  private static final int KEPT = 100;

  private static final String SCALE = "sine_position_embedding_scale";

  @Override
  public Set<String> modelTypes() {
    return Set.of("dab-detr");
  }

  @Override
  public String imageProcessor(ConfigTree config) {
    return "ConditionalDetrImageProcessor";
  }

  /** {@code random_refpoints_xy} affects only the initialization. */
  @Override
  public DabDetr head(ConfigTree config) {
    config.only("query_dim", 4);
    Position usual = Position.defaults();
    return new DabDetr(
        Labels.of(config).count(),
        config.integer("num_queries", 300, 1),
        config.integer("num_patterns", 0, 0),
        DenseTransformer.of(config, "hidden_size", "prelu"),
        new Position(
            config.integer("temperature_height", usual.temperatureHeight(), 1),
            config.integer("temperature_width", usual.temperatureWidth(), 1),
            config.has(SCALE) ? config.number(SCALE, 0, 0) : usual.scale()),
        config.flag("keep_query_pos", false),
        config.flag("normalize_before", false),
        KEPT);
  }
}
