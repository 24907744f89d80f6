package dev.dovetail.internal;

import dev.dovetail.runtime.PlanCache;
import java.io.IOException;

/** The compiled plans of one model. Safe for several threads. */
public interface Plans extends AutoCloseable {

  /**
   * A plan for a batch and a padded size, compiled if need be.
   *
   * @throws IOException if it cannot be compiled
   */
  PlanLease lease(PlanKey key) throws IOException;

  /** Says that a plan will be wanted soon. */
  void prefetch(PlanKey key);

  /** Says that a plan will not be wanted again soon. */
  void discard(PlanKey key);

  /** What has been compiled so far. */
  PlanCache.Statistics statistics();

  @Override
  void close();
}
