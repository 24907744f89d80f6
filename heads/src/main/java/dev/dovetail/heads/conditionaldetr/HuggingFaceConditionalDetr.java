package dev.dovetail.heads.conditionaldetr;

import dev.dovetail.heads.queries.DenseTransformer;
import dev.dovetail.heads.queries.HuggingFaceDenseReader;
import dev.dovetail.heads.queries.PositionEmbedding;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.Labels;
import java.util.Set;

/** Reads {@code conditional_detr} configs of transformers. */
final class HuggingFaceConditionalDetr implements HuggingFaceDenseReader {

  /** The number of objects that the library's post-processing keeps by default. */
  private static final int KEPT = 100;

  @Override
  public Set<String> modelTypes() {
    return Set.of("conditional_detr");
  }

  @Override
  public String imageProcessor(ConfigTree config) {
    return "ConditionalDetrImageProcessor";
  }

  @Override
  public ConditionalDetr head(ConfigTree config) {
    return new ConditionalDetr(
        Labels.of(config).count(),
        config.integer("num_queries", 300, 1),
        DenseTransformer.of(config, "d_model", "relu"),
        PositionEmbedding.of(config),
        config.flag("auxiliary_loss", false),
        KEPT);
  }
}
