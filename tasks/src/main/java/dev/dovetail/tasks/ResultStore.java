package dev.dovetail.tasks;

import dev.dovetail.files.OutputException;
import java.io.Closeable;
import java.io.IOException;

/**
 * The results of an evaluation in a folder. Each is whole or not there, however a run ends.
 *
 * @param <R> the task's result for one image
 */
public interface ResultStore<R> extends Closeable {

  /** What is done with each stored result. */
  interface Visitor<R> {
    void visit(Sample sample, R result) throws IOException;
  }

  /** Whether the image's result is here and undamaged. */
  boolean holds(Sample sample) throws IOException;

  /**
   * Keeps an image's result. Safe for several threads.
   *
   * @throws OutputException if it cannot be written
   */
  void write(Sample sample, R result) throws IOException;

  /**
   * Hands the results of earlier runs to a visitor and writes the files that list the results of
   * all images. Every stored result is read at most once.
   *
   * @param earlier whose results the visitor gets
   * @throws OutputException if a list cannot be written
   */
  void finish(Iterable<Sample> earlier, Visitor<R> visitor) throws IOException;
}
