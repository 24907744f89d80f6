package dev.dovetail.models.pipeline;

import dev.dovetail.models.LoadedModel;
import dev.dovetail.models.ModelGraph;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.Settings;
import java.io.IOException;

/** temporary: one plan at a time. */
public final class ModelPlans implements PlanSource, AutoCloseable {

  private final LoadedModel model;
  private final Settings settings;
  private PlanKey key;
  private Plan plan;
  private int compiled;

  public ModelPlans(LoadedModel model, Settings settings) {
    this.model = model;
    this.settings = settings;
  }

  @Override
  public Lease lease(PlanKey wanted, StageClock clock) throws IOException {
    if (!wanted.equals(key)) {
      close();
      long start = System.nanoTime();
      plan =
          Plan.compile(
              ModelGraph.whole(model.model(), wanted.batch(), wanted.padded()),
              model.weights(),
              settings);
      clock.add(StageClock.Stage.COMPILE, System.nanoTime() - start);
      compiled++;
      key = wanted;
    }
    return new Lease() {
      @Override
      public Plan plan() {
        return plan;
      }

      @Override
      public void close() {}
    };
  }

  public int compiled() {
    return compiled;
  }

  @Override
  public void prefetch(PlanKey wanted) {}

  @Override
  public void close() {
    if (plan != null) {
      plan.close();
      plan = null;
    }
  }
}
