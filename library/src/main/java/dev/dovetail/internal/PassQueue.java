package dev.dovetail.internal;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/**
 * The passes in progress. Their results are taken in the order in which they were started. If only
 * one pass may be in progress, it runs on the thread that starts it. Otherwise each pass has a
 * thread of its own, so that one can compute while another is copied to or from the device.
 *
 * @param <T> the result of a pass
 */
final class PassQueue<T> implements AutoCloseable {

  private final int most;
  private final WorkerThreads threads;
  private final Deque<Future<T>> passes = new ArrayDeque<>();

  /**
   * @param most the maximum number of passes in progress
   */
  PassQueue(int most) {
    this.most = most;
    this.threads = new WorkerThreads(most, "dovetail-pass");
  }

  /** Starts a pass. Its exceptions are thrown when its result is taken. */
  void start(Callable<T> pass) {
    if (most == 1) {
      FutureTask<T> here = new FutureTask<>(pass);
      here.run();
      passes.add(here);
    } else {
      passes.add(threads.submit(pass));
    }
  }

  boolean isEmpty() {
    return passes.isEmpty();
  }

  /** Returns whether the oldest pass has ended, or must end before another one is started. */
  boolean isDue() {
    return passes.size() >= most || (!passes.isEmpty() && passes.peek().isDone());
  }

  /**
   * Removes the oldest pass and waits for its result.
   *
   * @throws IOException if the pass threw it
   * @throws InterruptedException if this thread or the pass is interrupted
   */
  T take() throws IOException, InterruptedException {
    return WorkerThreads.get(passes.remove());
  }

  /** Waits for the passes in progress, even if this thread is interrupted meanwhile. */
  @Override
  public void close() {
    threads.close();
  }
}
