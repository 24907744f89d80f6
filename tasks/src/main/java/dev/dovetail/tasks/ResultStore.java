package dev.dovetail.tasks;

import dev.dovetail.files.OutputException;
import java.io.Closeable;
import java.io.IOException;

/**
 * The results of an evaluation in a directory. Results are stored atomically: even if a run is
 * killed, each is either complete or absent.
 *
 * @param <R> the task's result for one image
 */
public interface ResultStore<R> extends Closeable {

  /** A visitor of stored results. */
  interface Visitor<R> {
    void visit(Sample sample, R result) throws IOException;
  }

  /** Returns whether the image's result is stored and undamaged. */
  boolean holds(Sample sample) throws IOException;

  /**
   * Stores an image's result. This method is thread-safe.
   *
   * @throws OutputException if it cannot be written
   */
  void write(Sample sample, R result) throws IOException;

  /**
   * Passes the results of earlier runs to a visitor and writes the files that list the results of
   * all images. Every stored result is read at most once.
   *
   * @param earlier the images whose results are passed to the visitor
   * @throws OutputException if a list cannot be written
   */
  void finish(Iterable<Sample> earlier, Visitor<R> visitor) throws IOException;
}
