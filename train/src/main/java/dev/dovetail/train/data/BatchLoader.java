package dev.dovetail.train.data;

import dev.dovetail.images.Image;
import dev.dovetail.train.data.augment.AnnotatedImage;
import dev.dovetail.train.data.augment.Draws;
import dev.dovetail.train.data.augment.Transform;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Decodes and augments batches on worker threads, ahead of the steps that need them.
 *
 * <p>The content of a batch depends only on the seed and its number. It does not depend on the
 * number of threads or on where a run was resumed. At most {@code ahead} batches wait in memory, in
 * addition to those that {@link #next} returned.
 */
public final class BatchLoader implements AutoCloseable {

  private static final AtomicInteger THREADS = new AtomicInteger();

  private final TrainingSet set;
  private final Sampler sampler;
  private final Transform transform;
  private final Settings settings;
  private final ExecutorService threads;
  private final Queue<Pending> pending = new ConcurrentLinkedQueue<>();
  private long submitted;
  private volatile boolean closed;

  /**
   * The settings of a loader.
   *
   * @param seed the seed of the augmentation
   * @param threads the number of worker threads
   * @param ahead the number of batches to prepare in advance
   * @param firstStep the number of the first batch; above 0 if a run is resumed
   */
  public record Settings(long seed, int threads, int ahead, long firstStep) {

    /**
     * Validates the counts.
     *
     * @param seed the seed of the augmentation
     * @param threads at least 1
     * @param ahead at least 1
     * @param firstStep at least 0
     */
    public Settings {
      if (threads < 1 || ahead < 1 || firstStep < 0) {
        throw new IllegalArgumentException(
            "cannot load batches from step "
                + (firstStep + " with " + threads + " threads, " + ahead + " ahead"));
      }
    }
  }

  /** A batch in preparation. */
  private record Pending(long step, List<Sampler.Pick> picks, List<Future<AnnotatedImage>> made) {}

  /**
   * Starts the threads. They wait for the first call of {@link #next}.
   *
   * @param set the images
   * @param sampler selects the images of each batch
   * @param transform the augmentation
   * @param settings the settings
   */
  public BatchLoader(TrainingSet set, Sampler sampler, Transform transform, Settings settings) {
    this.set = set;
    this.sampler = sampler;
    this.transform = transform;
    this.settings = settings;
    this.submitted = settings.firstStep();
    this.threads =
        Executors.newFixedThreadPool(
            settings.threads(),
            work -> {
              Thread thread = new Thread(work, "dovetail-data-" + THREADS.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Returns the next batch. Waits until it is ready.
   *
   * @return the batch
   * @throws IOException if an image or its annotations cannot be used, with the name of the image;
   *     later calls throw the same exception
   * @throws InterruptedIOException if the thread is interrupted while it waits
   * @throws IllegalStateException if the loader is closed
   */
  public synchronized Batch next() throws IOException {
    makeAhead();
    Pending head = pending.peek();
    if (closed || head == null) {
      throw closedError(null);
    }
    List<String> names = new ArrayList<>();
    List<AnnotatedImage> samples = new ArrayList<>();
    for (int i = 0; i < head.picks().size(); i++) {
      names.add(set.name(head.picks().get(i).image()));
      samples.add(await(head.made().get(i)));
    }
    pending.remove();
    makeAhead();
    return new Batch(head.step(), names, samples);
  }

  /** Submits work until the maximum number of batches is in preparation. */
  private void makeAhead() {
    try {
      while (!closed && pending.size() < settings.ahead()) {
        List<Sampler.Pick> picks = sampler.batch(submitted);
        List<Future<AnnotatedImage>> made = new ArrayList<>();
        Pending batch = new Pending(submitted, picks, made);
        for (Sampler.Pick pick : picks) {
          made.add(threads.submit(() -> make(pick)));
        }
        pending.add(batch);
        submitted++;
      }
    } catch (RejectedExecutionException e) {
      throw closedError(e);
    }
    if (closed) {
      cancel();
    }
  }

  private AnnotatedImage make(Sampler.Pick pick) throws IOException {
    String name = set.name(pick.image());
    try {
      AnnotatedImage read = set.read(pick.image());
      try {
        Draws draws = Draws.of(settings.seed(), pick.epoch(), pick.image(), pick.repetition());
        return inJavasMemory(transform.apply(read, draws));
      } finally {
        read.image().release();
      }
    } catch (IOException | IllegalArgumentException e) {
      String said = String.valueOf(e.getMessage());
      throw new IOException(said.contains(name) ? said : name + ": " + said, e);
    } catch (RuntimeException e) {
      throw new IllegalStateException(name + " cannot be prepared: " + e, e);
    }
  }

  /** Waiting batches need no explicit release; the garbage collector frees them. */
  private static AnnotatedImage inJavasMemory(AnnotatedImage made) {
    return made.withImage(Image.of(made.size(), made.image().toBytes()));
  }

  private static AnnotatedImage await(Future<AnnotatedImage> made) throws IOException {
    try {
      return made.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted =
          new InterruptedIOException("interrupted while a batch was loaded");
      interrupted.initCause(e);
      throw interrupted;
    } catch (CancellationException e) {
      throw closedError(e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof Error error) {
        throw error;
      }
      if (cause instanceof IOException) {
        throw new IOException(cause.getMessage(), cause);
      }
      throw new IllegalStateException(cause.getMessage(), cause);
    }
  }

  private static IllegalStateException closedError(@Nullable Throwable cause) {
    return new IllegalStateException("the batch loader is closed", cause);
  }

  private void cancel() {
    for (Pending batch : pending) {
      batch.made().forEach(made -> made.cancel(true));
    }
  }

  /** Stops the threads and waits until they end. A waiting call of {@link #next} fails. */
  @Override
  public void close() {
    closed = true;
    threads.shutdownNow();
    cancel();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          if (threads.awaitTermination(1, TimeUnit.MINUTES)) {
            break;
          }
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      pending.clear();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
