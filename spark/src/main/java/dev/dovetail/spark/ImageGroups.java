package dev.dovetail.spark;

import dev.dovetail.spark.ImageColumn.Found;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.sql.Row;

/**
 * The images of a partition in groups. Files that rows name are read on threads of their own, a
 * group ahead; images that rows hold are there already.
 */
final class ImageGroups implements AutoCloseable {

  /** So many images that the ends of a group, where not all threads work, weigh little. */
  private static final int LEAST = 64;

  private static final int READERS = 8;

  private final Iterator<Row> rows;
  private final ImageColumn column;
  private final int size;
  private final ExecutorService readers;
  private List<Future<Found>> ahead = List.of();

  /**
   * @param batch the most images in one pass
   */
  ImageGroups(Iterator<Row> rows, ImageColumn column, int batch) {
    this.rows = rows;
    this.column = column;
    this.size = Math.max(LEAST, 4 * batch);
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
    if (!column.isPath()) {
      List<Found> group = new ArrayList<>();
      while (group.size() < size && rows.hasNext()) {
        group.add(column.image(rows.next()));
      }
      return group;
    }
    List<Future<Found>> current = ahead.isEmpty() ? submit() : ahead;
    List<Found> group = new ArrayList<>();
    for (Future<Found> image : current) {
      group.add(get(image));
    }
    ahead = submit();
    return group;
  }

  private List<Future<Found>> submit() {
    List<Future<Found>> group = new ArrayList<>();
    while (group.size() < size && rows.hasNext()) {
      Row row = rows.next();
      group.add(readers.submit(() -> column.image(row)));
    }
    return group;
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
