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
 * A cache of a model's plans by key, such as the padded size and batch size. It keeps plans in use
 * and the most recently used plans that fit into a memory limit, and always at least one.
 * Thread-safe.
 *
 * @param <K> the type of the keys
 */
public final class PlanCache<K> implements AutoCloseable {

  /**
   * Statistics about a cache.
   *
   * @param compiled the number of compiled plans
   * @param seconds the seconds spent tracing and compiling them
   * @param waited the seconds that callers of {@link #lease} waited for plans
   * @param evicted the number of plans closed to stay within the limit
   * @param bytes the estimated size of the plans in the cache
   */
  public record Statistics(int compiled, double seconds, double waited, int evicted, long bytes) {}

  /** A plan in use. It remains compiled until the lease is closed. */
  public final class Lease implements AutoCloseable {
    private final Entry entry;
    private final Plan plan;
    private boolean closed;

    private Lease(Entry entry, Plan plan) {
      this.entry = entry;
      this.plan = plan;
    }

    /** {@return the plan, which remains open while it is leased} */
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

  /** A plan that is being compiled or ready. The cache's lock guards its fields. */
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

  /** In order of last use. */
  private final Map<K, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

  /** Negative after the cache is closed, so that no plan is kept. */
  private long limit;

  private int compiled;
  private long nanos;
  private long waitedNanos;
  private int evicted;

  /**
   * @param tracer creates the graph for a key
   * @param weights the parameters of the graphs
   * @param settings how to compile the graphs
   * @param limit the maximum estimated size of all plans in bytes (see {@link Footprint}); a single
   *     plan may exceed it
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
   * Returns the plan for {@code key}. Compiles it, or waits for it, if needed.
   *
   * @param key the key
   * @return the plan, which is in use until the lease is closed
   * @throws IOException if {@link Plan#compile} throws it
   */
  public Lease lease(K key) throws IOException {
    long start = System.nanoTime();
    Entry entry;
    boolean mine;
    synchronized (this) {
      if (limit < 0) {
        throw new IllegalStateException("the plan cache is closed");
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
   * Starts compiling the plan for {@code key} in the background, if it fits into the limit along
   * with the plans in use. Errors are reported when the plan is leased.
   *
   * @param key the key
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

  /**
   * Compiles the plan of an entry. A prefetched plan that does not fit is dropped, unless a caller
   * waits for it.
   */
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

  /** Closes the least recently used idle plans until the rest is within the limit. */
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
   * Closes the plan for {@code key} if it is idle, because it is no longer needed.
   *
   * @param key the key
   */
  public synchronized void discard(K key) {
    Entry e = entries.get(key);
    if (e != null && e.idle() && e.bytes > 0) {
      entries.remove(key);
      evicted++;
      e.plan.join().close();
    }
  }

  /** {@return statistics about this cache} */
  public synchronized Statistics statistics() {
    return new Statistics(compiled, nanos / 1e9, waitedNanos / 1e9, evicted, total());
  }

  /** Closes all plans. Plans in use are closed when they are released. */
  @Override
  public synchronized void close() {
    limit = -1;
    background.shutdown();
    evict();
  }
}
