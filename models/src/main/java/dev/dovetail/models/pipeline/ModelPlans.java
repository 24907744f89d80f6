package dev.dovetail.models.pipeline;

import dev.dovetail.models.LoadedModel;
import dev.dovetail.models.ModelGraph;
import dev.dovetail.runtime.PlanCache;
import dev.dovetail.runtime.Settings;

/** The plans of a model's whole graph. */
public final class ModelPlans {

  private ModelPlans() {}

  /**
   * An empty cache.
   *
   * @param limit bytes that all plans together may take
   */
  public static PlanCache<PlanKey> of(LoadedModel model, Settings settings, long limit) {
    return new PlanCache<>(
        key -> ModelGraph.whole(model.model(), key.batch(), key.padded()),
        model.weights(),
        settings,
        limit);
  }
}
