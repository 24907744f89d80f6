package dev.dovetail.internal;

import dev.dovetail.graph.Graph;
import dev.dovetail.graph.onnx.ParameterStore;
import dev.dovetail.models.Model;
import dev.dovetail.models.ModelGraph;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.PlanCache;
import dev.dovetail.runtime.Settings;
import java.io.IOException;
import java.util.function.Function;

/** Plans that are traced and compiled on demand. A bounded number of them is kept. */
public record CompiledPlans(PlanCache<PlanKey> cache) implements Plans {

  /**
   * Returns the plans for the passes of a model's task.
   *
   * @param limit the maximum memory of all plans in bytes
   */
  public static CompiledPlans of(
      Model<?, ?> model, ParameterStore weights, Settings settings, long limit) {
    return of(
        key -> ModelGraph.pass(model, key.round(), key.batch(), key.padded()),
        weights,
        settings,
        limit);
  }

  /** Returns plans that are compiled from the traced graphs. */
  public static CompiledPlans of(
      Function<PlanKey, Graph> tracer, ParameterStore weights, Settings settings, long limit) {
    return new CompiledPlans(new PlanCache<>(tracer, weights, settings, limit));
  }

  @Override
  public PlanLease lease(PlanKey key) throws IOException {
    PlanCache<PlanKey>.Lease lease = cache.lease(key);
    return new PlanLease() {
      @Override
      public Plan plan() {
        return lease.plan();
      }

      @Override
      public void close() {
        lease.close();
      }
    };
  }

  @Override
  public void prefetch(PlanKey key) {
    cache.prefetch(key);
  }

  @Override
  public void discard(PlanKey key) {
    cache.discard(key);
  }

  @Override
  public PlanCache.Statistics statistics() {
    return cache.statistics();
  }

  @Override
  public void close() {
    cache.close();
  }
}
