package dev.dovetail.internal;

import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.PlanCache;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Plans that record their use, and that let a test hold the passes. */
final class WatchedPlans implements Plans {

  /** Runs on the thread of a pass when it has leased its plan. */
  interface Hook {

    /**
     * @param index the index of the lease, from 0
     */
    void leased(int index) throws IOException, InterruptedException;
  }

  private final Plans plans;
  private final Hook hook;
  private final List<PlanKey> open = new ArrayList<>();
  private final Map<Integer, CountDownLatch> leased = new HashMap<>();
  private int leases;
  private int mostOpen;
  private boolean mixed;
  private boolean discardedInUse;
  private final List<PlanKey> discarded = new ArrayList<>();

  WatchedPlans(Plans plans, Hook hook) {
    this.plans = plans;
    this.hook = hook;
  }

  private synchronized CountDownLatch latch(int index) {
    return leased.computeIfAbsent(index, i -> new CountDownLatch(1));
  }

  /** Waits until the plan was leased {@code index + 1} times. */
  void awaitLease(int index) throws InterruptedException {
    latch(index).await();
  }

  @Override
  public PlanLease lease(PlanKey key) throws IOException {
    PlanLease lease = plans.lease(key);
    int index = opened(key);
    latch(index).countDown();
    try {
      hook.leased(index);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      lease.close();
      closed(key);
      throw e;
    }
    return new PlanLease() {
      @Override
      public Plan plan() {
        return lease.plan();
      }

      @Override
      public void close() {
        lease.close();
        closed(key);
      }
    };
  }

  private synchronized int opened(PlanKey key) {
    open.add(key);
    mostOpen = Math.max(mostOpen, open.size());
    mixed |= open.stream().distinct().count() > 1;
    return leases++;
  }

  private synchronized void closed(PlanKey key) {
    open.remove(key);
  }

  @Override
  public void prefetch(PlanKey key) {
    plans.prefetch(key);
  }

  @Override
  public synchronized void discard(PlanKey key) {
    discardedInUse |= open.contains(key);
    discarded.add(key);
    plans.discard(key);
  }

  /** Returns the maximum number of leases at the same time. */
  synchronized int mostOpen() {
    return mostOpen;
  }

  /** Returns whether two plans were leased at the same time. */
  synchronized boolean mixed() {
    return mixed;
  }

  synchronized boolean discardedInUse() {
    return discardedInUse;
  }

  synchronized List<PlanKey> discarded() {
    return List.copyOf(discarded);
  }

  @Override
  public PlanCache.Statistics statistics() {
    return plans.statistics();
  }

  @Override
  public void close() {
    plans.close();
  }
}
