package dev.dovetail.internal;

import dev.dovetail.runtime.Plan;

/** A plan in use, which stays compiled until this is closed. */
public interface PlanLease extends AutoCloseable {

  Plan plan();

  @Override
  void close();
}
