package dev.dovetail.runtime;

import dev.dovetail.graph.Graph;
import dev.dovetail.graph.onnx.ParameterStore;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * The plans of one model by what they are compiled for, such as padded size and batch. Those in use
 * and the most recently used ones are kept, as many as fit in a number of bytes; at least one is
 * kept always. Safe for several threads.
 *
 * @param <K> what a plan is compiled for
 */
public final class PlanCache<K> implements AutoCloseable {

  /**
   * What has happened so far.
   *
   * @param compiled plans
   * @param seconds spent tracing and compiling them
   * @param waited seconds that callers of {@link #lease} waited for plans
   * @param evicted plans given up to keep within the limit
   * @param bytes estimated of the plans that are kept now
   */
  public record Statistics(int compiled, double seconds, double waited, int evicted, long bytes) {}

  /** A plan in use, which stays compiled until this is closed. */
  public final class Lease implements AutoCloseable {
    private final Entry entry;
    private final Plan plan;
    private boolean closed;

    private Lease(Entry entry, Plan plan) {
      this.entry = entry;
      this.plan = plan;
    }

    /** {@return the plan, which stays open while it is leased} */
    public Plan plan() {
      return plan;
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        release(entry);
      }
    }
  }

  /** A plan that is being compiled or ready; the fields are guarded by the cache. */
  private static final class Entry {
    final CompletableFuture<Plan> plan = new CompletableFuture<>();
    long bytes;
    int users = 1;

    boolean idle() {
      return users == 0;
    }
  }

  private final Function<K, Graph> tracer;
  private final ParameterStore weights;
  private final Settings settings;
  private final ExecutorService background;

  /** In the order of last use. */
  private final Map<K, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

  /** Negative once the cache is closed: nothing is kept then. */
  private long limit;

  private int compiled;
  private long nanos;
  private long waitedNanos;
  private int evicted;

  /**
   * @param tracer makes the graph for a key
   * @param weights where the graphs' parameters are
   * @param settings how to compile them
   * @param limit bytes of all plans together by {@link Footprint}'s estimate; a single plan may
   *     exceed it
   */
  public PlanCache(
      Function<K, Graph> tracer, ParameterStore weights, Settings settings, long limit) {
    this.tracer = tracer;
    this.weights = weights;
    this.settings = settings;
    this.limit = limit;
    this.background =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "dovetail-compile");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * The plan for {@code key}, compiled now or awaited if need be.
   *
   * @param key which plan
   * @return the plan, in use until the lease is closed
   * @throws IOException as {@link Plan#compile}
   */
  public Lease lease(K key) throws IOException {
    long start = System.nanoTime();
    Entry entry;
    boolean mine;
    synchronized (this) {
      if (limit < 0) {
        throw new IllegalStateException("the cache of plans is closed");
      }
      entry = entries.get(key);
      mine = entry == null;
      if (mine) {
        entry = new Entry();
        entries.put(key, entry);
      } else {
        entry.users++;
      }
    }
    if (mine) {
      compile(key, entry, false);
    }
    try {
      Lease lease = new Lease(entry, entry.plan.join());
      synchronized (this) {
        waitedNanos += System.nanoTime() - start;
      }
      return lease;
    } catch (CompletionException e) {
      throw failure(e.getCause());
    }
  }

  private static IOException failure(Throwable cause) {
    if (cause instanceof IOException e) {
      return e;
    }
    if (cause instanceof RuntimeException e) {
      throw e;
    }
    if (cause instanceof Error e) {
      throw e;
    }
    throw new IllegalStateException(cause);
  }

  /**
   * Starts compiling the plan for {@code key} in the background, if it has room beside those in
   * use. What goes wrong shows when it is leased.
   *
   * @param key which plan
   */
  public void prefetch(K key) {
    Entry entry = new Entry();
    synchronized (this) {
      if (limit < 0 || entries.containsKey(key)) {
        return;
      }
      entries.put(key, entry);
      background.execute(
          () -> {
            compile(key, entry, true);
            release(entry);
          });
    }
  }

  /** Completes the entry; one of a prefetch that no one waits for and has no room is given up. */
  private void compile(K key, Entry entry, boolean optional) {
    long start = System.nanoTime();
    try {
      Graph graph = tracer.apply(key);
      if (!reserve(key, entry, Footprint.of(graph, settings.precision()).bytes(), optional)) {
        return;
      }
      Plan plan = Plan.compile(graph, weights, settings);
      synchronized (this) {
        compiled++;
        nanos += System.nanoTime() - start;
      }
      entry.plan.complete(plan);
    } catch (IOException | RuntimeException | Error e) {
      synchronized (this) {
        entries.remove(key, entry);
      }
      entry.plan.completeExceptionally(e);
    }
  }

  private synchronized boolean reserve(K key, Entry entry, long bytes, boolean optional) {
    long inUse = entries.values().stream().filter(e -> !e.idle()).mapToLong(e -> e.bytes).sum();
    if (optional && entry.users == 1 && inUse + bytes > limit) {
      entries.remove(key, entry);
      return false;
    }
    entry.bytes = bytes;
    evict();
    return true;
  }

  /** Gives up the least recently used idle plans while all together exceed the limit. */
  private void evict() {
    long total = total();
    long sized = entries.values().stream().filter(e -> e.bytes > 0).count();
    for (Iterator<Entry> it = entries.values().iterator(); it.hasNext() && total > limit; ) {
      Entry e = it.next();
      if (e.idle() && (sized > 1 || limit < 0)) {
        it.remove();
        total -= e.bytes;
        sized--;
        evicted++;
        e.plan.join().close();
      }
    }
  }

  private long total() {
    return entries.values().stream().mapToLong(e -> e.bytes).sum();
  }

  private synchronized void release(Entry entry) {
    entry.users--;
    evict();
  }

  /**
   * Gives up the plan for {@code key}, if it is idle: it will not be wanted again soon.
   *
   * @param key which plan
   */
  public synchronized void discard(K key) {
    Entry e = entries.get(key);
    if (e != null && e.idle() && e.bytes > 0) {
      entries.remove(key);
      evicted++;
      e.plan.join().close();
    }
  }

  /** {@return what the cache has done, and holds now} */
  public synchronized Statistics statistics() {
    return new Statistics(compiled, nanos / 1e9, waitedNanos / 1e9, evicted, total());
  }

  /** Closes all plans; those in use as soon as they are released. */
  @Override
  public synchronized void close() {
    limit = -1;
    background.shutdown();
    evict();
  }
}
