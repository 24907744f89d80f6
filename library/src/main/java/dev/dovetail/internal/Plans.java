package dev.dovetail.internal;

import dev.dovetail.runtime.PlanCache;
import java.io.IOException;

/** The compiled plans of one model. Thread-safe. */
public interface Plans extends AutoCloseable {

  /**
   * Returns the plan for a batch size and a padded size. Compiles it if needed.
   *
   * @throws IOException if the plan cannot be compiled
   */
  PlanLease lease(PlanKey key) throws IOException;

  /** Announces that a plan will be needed soon. */
  void prefetch(PlanKey key);

  /** Announces that a plan is no longer needed. */
  void discard(PlanKey key);

  /** Returns statistics about compiled plans. */
  PlanCache.Statistics statistics();

  @Override
  void close();
}
