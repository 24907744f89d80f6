package dev.dovetail.internal;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Threads that run submitted work and do not keep the program alive. They are never interrupted,
 * since that would close the file being written.
 */
final class WorkerThreads implements AutoCloseable {

  private final ExecutorService threads;

  /**
   * @param most the maximum number of threads, which are created when they are needed
   * @param name the name of each thread
   */
  WorkerThreads(int most, String name) {
    this.threads =
        Executors.newFixedThreadPool(
            most,
            work -> {
              Thread thread = new Thread(work, name);
              thread.setDaemon(true);
              return thread;
            });
  }

  <T> Future<T> submit(Callable<T> work) {
    return threads.submit(work);
  }

  /**
   * Waits for a result.
   *
   * @throws IOException if the work threw it
   * @throws InterruptedException if this thread is interrupted, or the work was
   */
  static <T> T get(Future<T> work) throws IOException, InterruptedException {
    try {
      return work.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof IOException reason) {
        throw reason;
      }
      if (cause instanceof InterruptedException interruption) {
        throw interruption;
      }
      if (cause instanceof Error error) {
        throw error;
      }
      throw cause instanceof RuntimeException fault ? fault : new IllegalStateException(cause);
    }
  }

  /** Waits for the submitted work, even if this thread is interrupted meanwhile. */
  @Override
  public void close() {
    threads.shutdown();
    boolean interrupted = false;
    for (boolean ended = false; !ended; ) {
      try {
        ended = threads.awaitTermination(1, TimeUnit.DAYS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
