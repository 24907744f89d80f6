package dev.dovetail.internal;

import dev.dovetail.runtime.Plan;

/** A plan in use. It remains compiled until the lease is closed. */
public interface PlanLease extends AutoCloseable {

  Plan plan();

  @Override
  void close();
}
