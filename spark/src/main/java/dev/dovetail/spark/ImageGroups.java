package dev.dovetail.spark;

import dev.dovetail.spark.ImageColumn.Found;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.sql.Row;

/**
 * The images of a partition in groups. Files that rows name are read ahead on threads of their own;
 * images that rows hold are there already.
 */
final class ImageGroups implements AutoCloseable {

  /** So many images that the ends of a group, where not all threads work, weigh little. */
  private static final int MOST = 256;

  /** A group ends with the image that takes it over so many bytes. */
  private static final long MOST_BYTES = 32 << 20;

  private static final int AHEAD = 64;
  private static final int READERS = 8;

  private final Iterator<Row> rows;
  private final ImageColumn column;
  private final ExecutorService readers;
  private final Deque<Future<Found>> ahead = new ArrayDeque<>();

  ImageGroups(Iterator<Row> rows, ImageColumn column) {
    this.rows = rows;
    this.column = column;
    this.readers =
        Executors.newFixedThreadPool(
            READERS,
            task -> {
              Thread thread = new Thread(task, "dovetail-files");
              thread.setDaemon(true);
              return thread;
            });
  }

  boolean hasNext() {
    return !ahead.isEmpty() || rows.hasNext();
  }

  /**
   * The next images, in the order of the rows.
   *
   * @throws InterruptedIOException if the task is interrupted
   */
  List<Found> next() throws IOException {
    List<Found> group = new ArrayList<>();
    for (long bytes = 0; group.size() < MOST && bytes < MOST_BYTES && hasNext(); ) {
      read();
      Found image = get(ahead.poll());
      bytes += image.bytes();
      group.add(image);
    }
    read();
    return group;
  }

  /** Starts to read what comes next; rows are taken on the task's own thread. */
  private void read() {
    while (ahead.size() < (column.isPath() ? AHEAD : 1) && rows.hasNext()) {
      Row row = rows.next();
      ahead.add(
          column.isPath()
              ? readers.submit(() -> column.image(row))
              : CompletableFuture.completedFuture(column.image(row)));
    }
  }

  private static Found get(Future<Found> image) throws IOException {
    try {
      return image.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("the task was interrupted").initCause(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  @Override
  public void close() {
    readers.shutdownNow();
  }
}
