package dev.dovetail.internal;

import dev.dovetail.formats.Size;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.PlanCache;

/** The only plan of an exported file. */
record FilePlan(Plan plan, int batch, Size size) implements Plans {

  @Override
  public PlanLease lease(PlanKey key) {
    if (!key.equals(new PlanKey(batch, size))) {
      throw new IllegalStateException("the file supports only " + size + ", not " + key);
    }
    return new PlanLease() {
      @Override
      public Plan plan() {
        return plan;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void prefetch(PlanKey key) {}

  @Override
  public void discard(PlanKey key) {}

  @Override
  public PlanCache.Statistics statistics() {
    return new PlanCache.Statistics(1, 0, 0, 0, 0);
  }

  @Override
  public void close() {
    plan.close();
  }
}
