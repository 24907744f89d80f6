package dev.dovetail.cuda;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Objects that are expensive to create and that one thread uses at a time. They are created when
 * they are needed, up to a limit; then threads wait for each other.
 *
 * @param <T> the type of the objects
 */
final class Pool<T extends Pool.Item> implements AutoCloseable {

  /** An object in a pool. */
  interface Item extends AutoCloseable {
    @Override
    void close();
  }

  private final Supplier<T> creator;
  private final Semaphore free;

  /** Idle objects. The one used last is first, since its state is the most advanced. */
  private final Deque<T> idle = new ConcurrentLinkedDeque<>();

  /**
   * @param most the maximum number of objects
   * @param creator creates an object
   */
  Pool(int most, Supplier<T> creator) {
    this.free = new Semaphore(most);
    this.creator = creator;
  }

  /**
   * {@return the result of work with an object} If the work fails, the object is closed, since its
   * state is unknown.
   */
  <R> R use(Function<T, R> work) {
    free.acquireUninterruptibly();
    T item = null;
    try {
      T found = idle.pollFirst();
      item = found == null ? creator.get() : found;
      R result = work.apply(item);
      idle.addFirst(item);
      item = null;
      return result;
    } finally {
      try {
        if (item != null) {
          item.close();
        }
      } finally {
        free.release();
      }
    }
  }

  /** Closes all objects, none of which may be in use. */
  @Override
  public void close() {
    for (T item = idle.pollFirst(); item != null; item = idle.pollFirst()) {
      item.close();
    }
  }
}
