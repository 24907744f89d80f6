package dev.dovetail.internal;

import dev.dovetail.files.OutputException;
import dev.dovetail.graph.TensorData;
import dev.dovetail.images.Image;
import dev.dovetail.internal.Batch.Prepared;
import dev.dovetail.internal.StageClock.Stage;
import dev.dovetail.runtime.NotFiniteException;
import dev.dovetail.runtime.Plan;
import dev.dovetail.tasks.PendingResult;
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
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Runs a model over images. Worker threads decode images and process results, while the caller's
 * thread forms batches and starts their passes through the model. The number of images in memory is
 * bounded.
 *
 * @param <R> the task's result for one image
 */
public final class Pipeline<R> {

  /** Processes a result on a worker thread. */
  public interface Finish<R, T> {

    /**
     * @throws OutputException if the result cannot be written, which ends the run
     * @throws IOException if this image cannot be used
     */
    T apply(Job job, Image image, R result) throws IOException;
  }

  /** Receives the processed results on the caller's thread, in the order of the run. */
  public interface Sink<T> {
    void accept(Job job, T result) throws IOException;

    /** Receives an image that could not be used. The run continues. */
    void failed(Job job, IOException reason) throws IOException;

    /** Returns whether to cancel the run. Called for every image. */
    default boolean cancelled() {
      return false;
    }
  }

  /** A decoded image, or the reason why it could not be decoded. */
  private record Decoded(Job job, List<Prepared> views, Image image, IOException failure) {}

  private record Finished<T>(Job job, Future<T> result) {}

  private final Task<?, R> task;
  private final Views<R> views;
  private final Plans plans;
  private final PipelineSettings settings;
  private final StageClock clock;

  Pipeline(
      Task<?, R> task, Views<R> views, Plans plans, PipelineSettings settings, StageClock clock) {
    this.task = task;
    this.views = views;
    this.plans = plans;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Sorts jobs by padded size, then by original size, so that each plan is used for one contiguous
   * block of images. Otherwise the order is unchanged.
   */
  private List<Job> byShape(List<Job> jobs) {
    Comparator<Job> order =
        Comparator.comparingLong(this::padded)
            .thenComparing(j -> j.expected().height())
            .thenComparing(j -> j.expected().width());
    return jobs.stream().sorted(order).toList();
  }

  private long padded(Job job) {
    return expected(job, 1).stream()
        .findFirst()
        .map(PlanKey::padded)
        .map(p -> ((long) p.height() << 32) + p.width())
        .orElse(Long.MAX_VALUE);
  }

  /** Returns the plans that a job is expected to need; none if it cannot be resized. */
  private List<PlanKey> expected(Job job, int batch) {
    try {
      return views.keys(job.expected(), batch);
    } catch (IllegalArgumentException e) {
      return List.of(); // reported when the image is decoded
    }
  }

  /** Returns the plans that jobs need, in the order of their first use. */
  private List<PlanKey> keys(List<Job> jobs, int batch) {
    return jobs.stream().flatMap(j -> expected(j, batch).stream()).distinct().toList();
  }

  /**
   * Runs all jobs, grouped by size. However the run ends, results that were computed are processed
   * before this method returns.
   *
   * @throws InterruptedIOException if the sink cancels the run, or the thread is interrupted
   * @throws IOException if a plan cannot be compiled or run, or {@code sink} throws it
   */
  public <T> void run(List<Job> jobs, Finish<R, T> finish, Sink<T> sink) throws IOException {
    Run<T> run = new Run<>(byShape(jobs), finish, sink);
    try {
      run.all();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("the run was interrupted").initCause(e);
    } finally {
      run.end();
    }
  }

  /** A run over a list of jobs. */
  private final class Run<T> {

    private final Iterator<Job> jobs;
    private final Finish<R, T> finish;
    private final Sink<T> sink;
    private final WorkerThreads workers = new WorkerThreads(settings.workers(), "dovetail-images");
    private final PassQueue<List<Finished<T>>> passes;
    private final Deque<Future<Decoded>> ahead = new ArrayDeque<>();
    private final Deque<Finished<T>> behind = new ArrayDeque<>();
    private final Deque<PlanKey> upcoming;
    private final int batch;
    private final int inFlight;
    private final BufferPool buffers;
    private final BufferPool batches;
    private List<PlanKey> current = List.of();

    Run(List<Job> jobs, Finish<R, T> finish, Sink<T> sink) {
      this.jobs = jobs.iterator();
      this.batch = settings.batch(jobs.size());
      this.inFlight = 2 * batch + settings.workers();
      List<PlanKey> keys = keys(jobs, batch);
      this.upcoming = new ArrayDeque<>(keys);
      int largest = keys.stream().mapToInt(k -> Batch.bytes(k.padded(), batch)).max().orElse(0);
      this.buffers = new BufferPool(largest / batch);
      this.batches = new BufferPool(largest);
      this.finish = finish;
      this.sink = sink;
      // The views of a batch pass one after another, and their outputs need much memory.
      this.passes = new PassQueue<>(views.isOne() ? settings.passes() : 1);
    }

    void all() throws IOException, InterruptedException {
      List<Decoded> open = new ArrayList<>();
      for (Decoded next = next(); next != null; next = next()) {
        checkCancelled();
        if (next.failure() != null) {
          sink.failed(next.job(), next.failure());
          continue;
        }
        if (!open.isEmpty() && (open.size() == batch || !takes(open.get(0), next))) {
          start(open);
          open = new ArrayList<>();
        }
        open.add(next);
      }
      if (!open.isEmpty()) {
        start(open);
      }
      takeAll();
      deliver(0);
    }

    /** Waits for the passes, and then for the workers, which process the results of the passes. */
    void end() {
      ahead.forEach(decoding -> decoding.cancel(false));
      passes.close();
      workers.close();
      clock.endRun();
    }

    private void checkCancelled() throws InterruptedIOException, InterruptedException {
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
        ahead.add(workers.submit(() -> clock.time(Stage.DECODE, () -> decode(job))));
      }
      return ahead.isEmpty() ? null : WorkerThreads.get(ahead.poll());
    }

    private Decoded decode(Job job) {
      try {
        Image image = job.source().read();
        return new Decoded(job, views.prepare(image, buffers), image, null);
      } catch (IOException e) {
        return new Decoded(job, List.of(), null, e);
      } catch (IllegalArgumentException e) {
        return new Decoded(
            job, List.of(), null, new IOException(job.source().name() + ": " + e.getMessage()));
      }
    }

    /** Returns whether two images can be in the same batch. */
    private boolean takes(Decoded first, Decoded other) {
      return IntStream.range(0, first.views().size())
          .allMatch(
              v ->
                  new Batch(List.of(first.views().get(v)), batch)
                      .takes(other.views().get(v), task.needsOneOriginalSize()));
    }

    /**
     * Waits for the passes of the previous size, so that plans of two sizes do not compute at the
     * same time, and discards its plans that this size does not need.
     */
    private void turnTo(List<PlanKey> next) throws IOException, InterruptedException {
      if (next.equals(current)) {
        return;
      }
      takeAll();
      if (!settings.keepsPlans()) {
        current.stream().filter(key -> !next.contains(key)).forEach(plans::discard);
      }
      current = next;
    }

    /** Starts compiling the plan of the next size while the current one runs. */
    private synchronized void prefetchAfter(PlanKey current) {
      if (!upcoming.isEmpty() && upcoming.peek().equals(current)) {
        upcoming.poll();
        if (!upcoming.isEmpty()) {
          plans.prefetch(upcoming.peek());
        }
      }
    }

    /** Starts the pass of a batch, and waits for earlier ones if too many are in progress. */
    private void start(List<Decoded> images) throws IOException, InterruptedException {
      turnTo(views.keys(images.get(0).image().size(), batch));
      passes.start(() -> pass(images));
      while (passes.isDue()) {
        take();
      }
    }

    private void takeAll() throws IOException, InterruptedException {
      while (!passes.isEmpty()) {
        take();
      }
    }

    private void take() throws IOException, InterruptedException {
      behind.addAll(passes.take());
      // With several views, results need much memory and are fast to finish, so none stay pending.
      deliver(views.isOne() ? inFlight : 0);
    }

    /** Runs the model on a batch. Workers process the results, however the run ends. */
    private List<Finished<T>> pass(List<Decoded> images) throws IOException, InterruptedException {
      List<PendingResult<R>> results =
          views.pass(
              images.stream().map(Decoded::views).toList(),
              batch,
              (input, round, more) -> pass(images, input, round, more));
      images.forEach(i -> i.views().forEach(view -> buffers.give(view.pixels())));
      List<Finished<T>> finished = new ArrayList<>();
      for (int i = 0; i < images.size(); i++) {
        Decoded image = images.get(i);
        PendingResult<R> result = results.get(i);
        finished.add(new Finished<>(image.job(), workers.submit(() -> finish(image, result))));
      }
      return finished;
    }

    private Map<String, TensorData> pass(
        List<Decoded> images, Batch input, int round, Map<String, TensorData> more)
        throws IOException, InterruptedException {
      if (!views.isOne()) {
        checkCancelled();
      }
      PlanKey key = input.key(round);
      try (PlanLease lease = clock.time(Stage.WAIT, () -> plans.lease(key))) {
        prefetchAfter(key);
        ByteBuffer pixels = input.pixels(batches);
        Map<String, TensorData> outputs = run(lease.plan(), images, input, pixels, more);
        if (input.size() > 1) {
          batches.give(pixels);
        }
        return outputs;
      }
    }

    private T finish(Decoded image, PendingResult<R> pending) throws IOException {
      R result = clock.time(Stage.FINISH, pending::result);
      try {
        return finish.apply(image.job(), image.image(), result);
      } finally {
        image.job().source().release(image.image());
      }
    }

    private Map<String, TensorData> run(
        Plan plan,
        List<Decoded> images,
        Batch input,
        ByteBuffer pixels,
        Map<String, TensorData> more)
        throws IOException {
      Map<String, TensorData> inputs = input.inputs(plan.inputs().keySet(), pixels, more);
      try {
        return clock.time(Stage.INFERENCE, () -> plan.run(inputs));
      } catch (NotFiniteException e) {
        String names =
            images.stream().map(i -> i.job().source().name()).collect(Collectors.joining(", "));
        throw new IOException(names + ": " + e.getMessage(), e);
      }
    }

    /** Delivers processed results in order, until at most {@code left} are pending. */
    private void deliver(int left) throws IOException, InterruptedException {
      while (!behind.isEmpty() && (behind.size() > left || behind.peek().result().isDone())) {
        Finished<T> f = behind.poll();
        T result;
        try {
          result = WorkerThreads.get(f.result());
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
}
