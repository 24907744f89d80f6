package dev.dovetail.models.pipeline;

import dev.dovetail.data.image.Geometry;
import dev.dovetail.data.image.Image;
import dev.dovetail.data.image.ImageReader;
import dev.dovetail.data.image.Preparation;
import dev.dovetail.data.image.Size;
import dev.dovetail.files.OutputException;
import dev.dovetail.graph.TensorData;
import dev.dovetail.models.Model;
import dev.dovetail.models.pipeline.Batch.Prepared;
import dev.dovetail.models.pipeline.StageClock.Stage;
import dev.dovetail.runtime.NotFiniteException;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.PlanCache;
import java.io.IOException;
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
import java.util.stream.Collectors;

/**
 * Runs a model over images. Worker threads decode ahead and finish behind, the caller's thread runs
 * the plans, and no more than a fixed number of images is in flight, however many there are.
 */
public final class Pipeline {

  /** What is done with a model's result on a worker thread. */
  public interface Finish<R> {

    /**
     * @throws OutputException if the result cannot be written, which ends the run
     * @throws IOException if this image cannot be used
     */
    R apply(Job job, Image image, Outcome outcome) throws IOException;
  }

  /** What is done with the finished results, on the caller's thread, in the order of the run. */
  public interface Sink<R> {
    void accept(Job job, R result) throws IOException;

    /** An image that could not be used; the run goes on. */
    void failed(Job job, IOException reason) throws IOException;
  }

  /** A decoded image, or why it is none. */
  private record Decoded(Job job, Prepared prepared, Image image, IOException failure) {}

  private record Finished<R>(Job job, Future<R> result) {}

  private final Model model;
  private final PlanCache<PlanKey> plans;
  private final int most;
  private final int workers;
  private final StageClock clock;

  /**
   * @param batch the most images in one pass; fewer if there are fewer
   * @param workers threads that decode and finish
   */
  public Pipeline(Model model, PlanCache<PlanKey> plans, int batch, int workers, StageClock clock) {
    this.model = model;
    this.plans = plans;
    this.most = batch;
    this.workers = workers;
    this.clock = clock;
  }

  /** By padded size, then by original size, else as given: a plan is used long and then no more. */
  private List<Job> byShape(List<Job> jobs) {
    Preparation preparation = model.preprocess().preparation();
    Comparator<Job> order =
        Comparator.comparingLong((Job j) -> padded(preparation, j))
            .thenComparing(j -> j.expected().height())
            .thenComparing(j -> j.expected().width());
    return jobs.stream().sorted(order).toList();
  }

  private static long padded(Preparation preparation, Job job) {
    return expected(preparation, job)
        .map(p -> ((long) p.height() << 32) + p.width())
        .orElse(Long.MAX_VALUE);
  }

  /** The padded size that a job is expected to have; nothing if it cannot be resized. */
  private static Optional<Size> expected(Preparation preparation, Job job) {
    try {
      return Optional.of(preparation.geometry(job.expected()).padded());
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // is reported when the image's turn comes
    }
  }

  /** The plans that jobs will need, in the order in which they first need them. */
  private List<PlanKey> keys(List<Job> jobs, int batch) {
    Preparation preparation = model.preprocess().preparation();
    return jobs.stream()
        .flatMap(j -> expected(preparation, j).stream())
        .distinct()
        .map(padded -> new PlanKey(batch, padded))
        .toList();
  }

  /**
   * Runs all jobs, those of one size together; each size's plan is given up after its last image.
   *
   * @throws IOException if a plan cannot be compiled or run, or {@code sink} throws it
   */
  public <R> void run(List<Job> jobs, Finish<R> finish, Sink<R> sink) throws IOException {
    ExecutorService pool =
        Executors.newFixedThreadPool(
            workers,
            task -> {
              Thread thread = new Thread(task, "dovetail-images");
              thread.setDaemon(true);
              return thread;
            });
    try {
      new Run<>(byShape(jobs), finish, sink, pool).all();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      pool.shutdownNow();
    }
  }

  /** One pass over a list of jobs. */
  private final class Run<R> {

    private final Iterator<Job> jobs;
    private final Finish<R> finish;
    private final Sink<R> sink;
    private final ExecutorService pool;
    private final Deque<Future<Decoded>> ahead = new ArrayDeque<>();
    private final Deque<Finished<R>> behind = new ArrayDeque<>();
    private final Deque<PlanKey> upcoming;
    private final int batch;
    private final int inFlight;
    private final Slots slots;
    private final Slots batches;
    private PlanKey current;

    Run(List<Job> jobs, Finish<R> finish, Sink<R> sink, ExecutorService pool) {
      this.jobs = jobs.iterator();
      this.batch = Math.max(1, Math.min(most, jobs.size()));
      this.inFlight = 2 * batch + workers;
      List<PlanKey> keys = keys(jobs, batch);
      this.upcoming = new ArrayDeque<>(keys);
      int largest = keys.stream().mapToInt(k -> bytes(k.padded(), batch)).max().orElse(0);
      this.slots = new Slots(largest / batch);
      this.batches = new Slots(largest);
      this.finish = finish;
      this.sink = sink;
      this.pool = pool;
    }

    void all() throws IOException, InterruptedException {
      List<Decoded> open = new ArrayList<>();
      for (Decoded next = next(); next != null; next = next()) {
        if (next.failure() != null) {
          sink.failed(next.job(), next.failure());
          continue;
        }
        if (!open.isEmpty()
            && (open.size() == batch || !batchOf(open).takes(next.prepared(), model))) {
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

    private Decoded next() throws IOException, InterruptedException {
      while (ahead.size() < inFlight && jobs.hasNext()) {
        Job job = jobs.next();
        ahead.add(pool.submit(() -> clock.time(Stage.DECODE, () -> decode(job))));
      }
      return ahead.isEmpty() ? null : get(ahead.poll());
    }

    private Decoded decode(Job job) {
      try {
        Image image = ImageReader.read(job.file());
        Preparation preparation = model.preprocess().preparation();
        Geometry g = preparation.geometry(image.size());
        ByteBuffer pixels = slots.take(bytes(g.padded(), 1));
        preparation.write(image, pixels, g.padded());
        return new Decoded(job, new Prepared(job, g, pixels), image, null);
      } catch (IOException e) {
        return new Decoded(job, null, null, e);
      } catch (IllegalArgumentException e) {
        return new Decoded(job, null, null, new IOException(job.file() + ": " + e.getMessage()));
      }
    }

    private Batch batchOf(List<Decoded> images) {
      return new Batch(images.stream().map(Decoded::prepared).toList(), batch);
    }

    /** Gives up the plan of the size before: no image of it is left. */
    private void turnTo(PlanKey next) {
      if (current != null && !current.equals(next)) {
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
      List<Outcome> outcomes;
      turnTo(input.key());
      long asked = System.nanoTime();
      try (PlanCache<PlanKey>.Lease lease = plans.lease(input.key())) {
        clock.add(Stage.WAIT, System.nanoTime() - asked);
        prefetchAfter(input.key());
        long start = System.nanoTime();
        ByteBuffer pixels = input.pixels(batches);
        Map<String, TensorData> outputs = run(lease.plan(), input, pixels);
        clock.add(Stage.INFERENCE, System.nanoTime() - start);
        outcomes = input.outcomes(model, outputs);
        images.forEach(i -> slots.give(i.prepared().pixels()));
        if (batch > 1) {
          batches.give(pixels);
        }
      }
      for (int i = 0; i < images.size(); i++) {
        Job job = images.get(i).job();
        Image image = images.get(i).image();
        Outcome outcome = outcomes.get(i);
        behind.add(new Finished<>(job, pool.submit(() -> finish.apply(job, image, outcome))));
      }
      deliver(inFlight);
    }

    private Map<String, TensorData> run(Plan plan, Batch input, ByteBuffer pixels)
        throws IOException {
      try {
        return plan.run(input.inputs(model, pixels));
      } catch (NotFiniteException e) {
        String files =
            input.images().stream()
                .map(image -> image.job().file().toString())
                .collect(Collectors.joining(", "));
        throw new IOException(files + ": " + e.getMessage(), e);
      }
    }

    /** Hands on finished results in order, until at most {@code left} are unfinished. */
    private void deliver(int left) throws IOException, InterruptedException {
      while (!behind.isEmpty() && (behind.size() > left || behind.peek().result().isDone())) {
        Finished<R> f = behind.poll();
        R result;
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
