package dev.dovetail.internal;

import dev.dovetail.files.OutputException;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.TensorData;
import dev.dovetail.images.Geometry;
import dev.dovetail.images.Image;
import dev.dovetail.images.Preparation;
import dev.dovetail.internal.Batch.Prepared;
import dev.dovetail.internal.StageClock.Stage;
import dev.dovetail.runtime.NotFiniteException;
import dev.dovetail.runtime.Plan;
import dev.dovetail.tasks.Task;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Runs a model over images. Worker threads decode ahead and finish behind, the caller's thread runs
 * the plans, and no more than a fixed number of images is in flight, however many there are.
 *
 * @param <R> the task's result for one image
 */
public final class Pipeline<R> {

  /** What is done with a result on a worker thread. */
  public interface Finish<R, T> {

    /**
     * @throws OutputException if the result cannot be written, which ends the run
     * @throws IOException if this image cannot be used
     */
    T apply(Job job, Image image, R result) throws IOException;
  }

  /** What is done with the finished results, on the caller's thread, in the order of the run. */
  public interface Sink<T> {
    void accept(Job job, T result) throws IOException;

    /** An image that could not be used; the run goes on. */
    void failed(Job job, IOException reason) throws IOException;

    /** Whether the run should end early; asked for every image. */
    default boolean cancelled() {
      return false;
    }
  }

  /** A decoded image, or why there is none. */
  private record Decoded(Job job, Prepared prepared, Image image, IOException failure) {}

  private record Finished<T>(Job job, Future<T> result) {}

  private final Task<?, R> task;
  private final Preparation preparation;
  private final Plans plans;
  private final PipelineSettings settings;
  private final StageClock clock;

  public Pipeline(
      Task<?, R> task,
      Preparation preparation,
      Plans plans,
      PipelineSettings settings,
      StageClock clock) {
    this.task = task;
    this.preparation = preparation;
    this.plans = plans;
    this.settings = settings;
    this.clock = clock;
  }

  /** By padded size, then by original size, else as given: a plan is used long and then no more. */
  private List<Job> byShape(List<Job> jobs) {
    Comparator<Job> order =
        Comparator.comparingLong(this::padded)
            .thenComparing(j -> j.expected().height())
            .thenComparing(j -> j.expected().width());
    return jobs.stream().sorted(order).toList();
  }

  private long padded(Job job) {
    return expected(job).map(p -> ((long) p.height() << 32) + p.width()).orElse(Long.MAX_VALUE);
  }

  /** The padded size that a job is expected to have; nothing if it cannot be resized. */
  private Optional<Size> expected(Job job) {
    try {
      return Optional.of(preparation.geometry(job.expected()).padded());
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // is reported when the image's turn comes
    }
  }

  /** The plans that jobs will need, in the order in which they first need them. */
  private List<PlanKey> keys(List<Job> jobs, int batch) {
    return jobs.stream()
        .flatMap(j -> expected(j).stream())
        .distinct()
        .map(padded -> new PlanKey(batch, padded))
        .toList();
  }

  /**
   * Runs all jobs, those of one size together. However it ends, what has passed the model is
   * finished before this returns.
   *
   * @throws InterruptedIOException if the sink cancels the run, or the thread is interrupted
   * @throws IOException if a plan cannot be compiled or run, or {@code sink} throws it
   */
  public <T> void run(List<Job> jobs, Finish<R, T> finish, Sink<T> sink) throws IOException {
    ExecutorService pool =
        Executors.newFixedThreadPool(
            settings.workers(),
            task -> {
              Thread thread = new Thread(task, "dovetail-images");
              thread.setDaemon(true);
              return thread;
            });
    Run<T> run = new Run<>(byShape(jobs), finish, sink, pool);
    try {
      run.all();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("the run was interrupted").initCause(e);
    } finally {
      run.end();
    }
  }

  /** One pass over a list of jobs. */
  private final class Run<T> {

    private final Iterator<Job> jobs;
    private final Finish<R, T> finish;
    private final Sink<T> sink;
    private final ExecutorService pool;
    private final Deque<Future<Decoded>> ahead = new ArrayDeque<>();
    private final Deque<Finished<T>> behind = new ArrayDeque<>();
    private final Deque<PlanKey> upcoming;
    private final int batch;
    private final int inFlight;
    private final BufferPool buffers;
    private final BufferPool batches;
    private PlanKey current;

    Run(List<Job> jobs, Finish<R, T> finish, Sink<T> sink, ExecutorService pool) {
      this.jobs = jobs.iterator();
      this.batch = settings.batch(jobs.size());
      this.inFlight = 2 * batch + settings.workers();
      List<PlanKey> keys = keys(jobs, batch);
      this.upcoming = new ArrayDeque<>(keys);
      int largest = keys.stream().mapToInt(k -> bytes(k.padded(), batch)).max().orElse(0);
      this.buffers = new BufferPool(largest / batch);
      this.batches = new BufferPool(largest);
      this.finish = finish;
      this.sink = sink;
      this.pool = pool;
    }

    void all() throws IOException, InterruptedException {
      List<Decoded> open = new ArrayList<>();
      for (Decoded next = next(); next != null; next = next()) {
        requireWanted();
        if (next.failure() != null) {
          sink.failed(next.job(), next.failure());
          continue;
        }
        if (!open.isEmpty()
            && (open.size() == batch
                || !batchOf(open).takes(next.prepared(), task.needsOneOriginalSize()))) {
          pass(open);
          open = new ArrayList<>();
        }
        open.add(next);
      }
      if (!open.isEmpty()) {
        pass(open);
      }
      deliver(0);
    }

    /** A worker's thread is never interrupted: that would close the file which it writes. */
    void end() {
      ahead.forEach(decoding -> decoding.cancel(false));
      pool.shutdown();
      boolean interrupted = false;
      for (boolean ended = false; !ended; ) {
        try {
          ended = pool.awaitTermination(1, TimeUnit.DAYS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    private void requireWanted() throws InterruptedIOException, InterruptedException {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (sink.cancelled()) {
        throw new InterruptedIOException("the run was cancelled");
      }
    }

    private Decoded next() throws IOException, InterruptedException {
      while (ahead.size() < inFlight && jobs.hasNext()) {
        Job job = jobs.next();
        ahead.add(pool.submit(() -> clock.time(Stage.DECODE, () -> decode(job))));
      }
      return ahead.isEmpty() ? null : get(ahead.poll());
    }

    private Decoded decode(Job job) {
      try {
        Image image = job.source().read();
        Geometry g = preparation.geometry(image.size());
        ByteBuffer pixels = buffers.take(bytes(g.padded(), 1));
        preparation.write(image, pixels, g.padded());
        return new Decoded(job, new Prepared(g, pixels), image, null);
      } catch (IOException e) {
        return new Decoded(job, null, null, e);
      } catch (IllegalArgumentException e) {
        return new Decoded(
            job, null, null, new IOException(job.source().name() + ": " + e.getMessage()));
      }
    }

    private Batch batchOf(List<Decoded> images) {
      return new Batch(images.stream().map(Decoded::prepared).toList(), batch);
    }

    /** Gives up the plan of the size before: no image of it is left. */
    private void turnTo(PlanKey next) {
      if (!settings.keepsPlans() && current != null && !current.equals(next)) {
        plans.discard(current);
      }
      current = next;
    }

    /** Lets the plan of the next size be compiled while the current one runs. */
    private void prefetchAfter(PlanKey current) {
      if (!upcoming.isEmpty() && upcoming.peek().equals(current)) {
        upcoming.poll();
        if (!upcoming.isEmpty()) {
          plans.prefetch(upcoming.peek());
        }
      }
    }

    private void pass(List<Decoded> images) throws IOException, InterruptedException {
      Batch input = batchOf(images);
      turnTo(input.key());
      Map<String, TensorData> outputs;
      long asked = System.nanoTime();
      try (PlanLease lease = plans.lease(input.key())) {
        clock.add(Stage.WAIT, System.nanoTime() - asked);
        prefetchAfter(input.key());
        long start = System.nanoTime();
        ByteBuffer pixels = input.pixels(batches);
        outputs = run(lease.plan(), images, input, pixels);
        clock.add(Stage.INFERENCE, System.nanoTime() - start);
        images.forEach(i -> buffers.give(i.prepared().pixels()));
        if (batch > 1) {
          batches.give(pixels);
        }
      }
      for (int i = 0; i < images.size(); i++) {
        Decoded image = images.get(i);
        int place = i;
        behind.add(new Finished<>(image.job(), pool.submit(() -> finish(image, outputs, place))));
      }
      deliver(inFlight);
    }

    private T finish(Decoded image, Map<String, TensorData> outputs, int place) throws IOException {
      R result = clock.time(Stage.FINISH, () -> task.decode(outputs, place, image.image().size()));
      try {
        return finish.apply(image.job(), image.image(), result);
      } finally {
        image.job().source().release(image.image());
      }
    }

    private Map<String, TensorData> run(
        Plan plan, List<Decoded> images, Batch input, ByteBuffer pixels) throws IOException {
      try {
        return plan.run(input.inputs(plan.inputs().keySet(), pixels));
      } catch (NotFiniteException e) {
        String names =
            images.stream().map(i -> i.job().source().name()).collect(Collectors.joining(", "));
        throw new IOException(names + ": " + e.getMessage(), e);
      }
    }

    /** Hands on finished results in order, until at most {@code left} are unfinished. */
    private void deliver(int left) throws IOException, InterruptedException {
      while (!behind.isEmpty() && (behind.size() > left || behind.peek().result().isDone())) {
        Finished<T> f = behind.poll();
        T result;
        try {
          result = get(f.result());
        } catch (OutputException e) {
          throw e;
        } catch (IOException e) {
          sink.failed(f.job(), e);
          continue;
        }
        sink.accept(f.job(), result);
      }
    }
  }

  /**
   * @throws IllegalArgumentException if a buffer cannot be as large as that
   */
  private static int bytes(Size padded, int images) {
    long bytes = padded.pixels() * Image.CHANNELS * images;
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          images + " images of " + padded + " pixels in one pass are more than 2 GB: take fewer");
    }
    return (int) bytes;
  }

  private static <T> T get(Future<T> future) throws IOException, InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof IOException reason) {
        throw reason;
      }
      if (cause instanceof Error error) {
        throw error;
      }
      throw cause instanceof RuntimeException fault ? fault : new IllegalStateException(cause);
    }
  }
}
