package dev.dovetail.models.pipeline;

import dev.dovetail.runtime.Plan;
import java.io.IOException;

/** Gives plans of one model, compiled when they are asked for. */
public interface PlanSource {

  /** A plan in use, which is not taken away before it is closed. */
  interface Lease extends AutoCloseable {
    Plan plan();

    @Override
    void close();
  }

  /**
   * The plan for {@code key}, compiled now if need be.
   *
   * @param clock is told the time spent compiling and waiting
   */
  Lease lease(PlanKey key, StageClock clock) throws IOException;

  /** Starts compiling a plan that will be wanted next, on a thread of its own. */
  void prefetch(PlanKey key);
}
