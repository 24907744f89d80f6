package dev.dovetail.spark;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The additional threads of a task. */
final class TaskThreads {

  private TaskThreads() {}

  /**
   * Creates threads that do not keep the executor alive.
   *
   * @param most the maximum number of threads
   * @param name the name of each thread
   */
  static ExecutorService pool(int most, String name) {
    return Executors.newFixedThreadPool(
        most,
        work -> {
          Thread thread = new Thread(work, name);
          thread.setDaemon(true);
          return thread;
        });
  }

  /**
   * Waits for a result. Called on the task's thread.
   *
   * @throws InterruptedIOException if the task is interrupted
   * @throws IOException if the work threw it
   */
  static <T> T get(Future<T> work) throws IOException {
    try {
      return work.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("the task was interrupted").initCause(e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof IOException failure) {
        throw failure;
      }
      if (cause instanceof Error error) {
        throw error;
      }
      throw cause instanceof RuntimeException fault ? fault : new IllegalStateException(cause);
    }
  }
}
