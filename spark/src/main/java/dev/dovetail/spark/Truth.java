package dev.dovetail.spark;

import dev.dovetail.eval.state.Accumulator;
import java.io.IOException;
import java.util.Map;
import org.apache.spark.sql.Row;

/**
 * A ground truth that results are compared with. Thread-safe, but each accumulator may be used by
 * only one thread.
 *
 * @param <A> the accumulator
 * @param <E> the evaluation
 */
interface Truth<A extends Accumulator, E> {

  /** {@return the images of the ground truth} */
  ImageNames images();

  /** {@return the index of the image of a path, or -1} */
  default int find(String path) {
    return images().find(path);
  }

  /** {@return an empty accumulator} */
  A empty();

  /**
   * Adds the result for an image.
   *
   * @param image the index of the image in {@link #images}
   * @param path the name of the image in messages
   * @param result with arrays of primitives, as {@link ResultColumns#encoder} decodes them
   * @throws IOException if the ground truth of the image cannot be read, or does not match the
   *     result
   * @throws IllegalArgumentException if the result does not match the ground truth
   */
  void accumulate(A into, int image, String path, Row result) throws IOException;

  /** {@return the evaluation of all accumulated results} */
  E summarise(A all);

  /** {@return the metrics by name} */
  Map<String, Double> metrics(E evaluation);
}
