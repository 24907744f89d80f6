package dev.dovetail.spark;

import dev.dovetail.spark.ImageColumn.Found;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.apache.spark.sql.Row;

/**
 * The images of a partition in groups. If rows contain paths, their files are read ahead on
 * separate threads.
 */
final class ImageGroups implements AutoCloseable {

  /** The maximum size of the first group. It is small, so that the model starts early. */
  private static final int FIRST = 16;

  /**
   * The maximum size of other groups. Some threads are idle at the end of a group, which matters
   * little in a large group.
   */
  private static final int MOST = 256;

  /** A group ends with the image whose file makes it exceed this number of bytes. */
  private static final long MOST_BYTES = 16 << 20;

  private static final int READERS = 8;

  /** The number of files to read ahead: enough to keep all threads busy, but little memory. */
  private static final int AHEAD = 2 * READERS;

  private final Iterator<Row> rows;
  private final ImageColumn column;
  private final ExecutorService readers;
  private final Deque<Future<Found>> ahead = new ArrayDeque<>();
  private int most = FIRST;

  ImageGroups(Iterator<Row> rows, ImageColumn column) {
    this.rows = rows;
    this.column = column;
    this.readers = TaskThreads.pool(READERS, "dovetail-files");
  }

  boolean hasNext() {
    return !ahead.isEmpty() || rows.hasNext();
  }

  /**
   * Returns the next images in the order of the rows.
   *
   * @throws InterruptedIOException if the task is interrupted
   */
  List<Found> next() throws IOException {
    List<Found> group = new ArrayList<>();
    for (long bytes = 0; group.size() < most && bytes < MOST_BYTES && hasNext(); ) {
      read();
      Found image = TaskThreads.get(ahead.poll());
      bytes += image.bytes();
      group.add(image);
    }
    most = Math.min(2 * most, MOST);
    read();
    return group;
  }

  /** Starts to read the next images. Rows are read on the task's thread. */
  private void read() {
    while (ahead.size() < (column.isPath() ? AHEAD : 1) && rows.hasNext()) {
      Row row = rows.next();
      ahead.add(
          column.isPath()
              ? readers.submit(() -> column.image(row))
              : CompletableFuture.completedFuture(column.image(row)));
    }
  }

  @Override
  public void close() {
    readers.shutdownNow();
  }
}
