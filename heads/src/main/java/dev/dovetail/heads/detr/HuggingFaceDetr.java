package dev.dovetail.heads.detr;

import dev.dovetail.heads.queries.DenseTransformer;
import dev.dovetail.heads.queries.HuggingFaceDenseReader;
import dev.dovetail.heads.queries.PositionEmbedding;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.Labels;
import java.util.Set;

/** Reads {@code detr} configs of transformers. */
final class HuggingFaceDetr implements HuggingFaceDenseReader {

  @Override
  public Set<String> modelTypes() {
    return Set.of("detr");
  }

  @Override
  public String imageProcessor(ConfigTree config) {
    return "DetrImageProcessor";
  }

  /** The library keeps one object for each query. */
  @Override
  public Detr head(ConfigTree config) {
    int queries = config.integer("num_queries", 100, 1);
    return new Detr(
        Labels.of(config).count(),
        queries,
        DenseTransformer.of(config, "d_model", "relu"),
        PositionEmbedding.of(config),
        config.flag("auxiliary_loss", false),
        queries);
  }
}
