package dev.dovetail.spark;

import dev.dovetail.eval.state.Accumulator;
import java.io.IOException;
import java.util.Map;
import org.apache.spark.sql.Row;

/**
 * A ground truth, and how results are compared with it. Safe for several threads; an accumulator
 * serves one.
 *
 * @param <A> what is counted
 * @param <E> what comes out
 */
interface Truth<A extends Accumulator, E> {

  /** {@return which image a path belongs to} */
  ImageNames images();

  /** {@return the name under which an image is looked for among {@link #images}} */
  String nameOf(String path);

  /** {@return an accumulator without images} */
  A empty();

  /**
   * Adds the result for an image.
   *
   * @param image its place among {@link #images}
   * @param path what messages call it
   * @param result with typed arrays, as {@link ResultColumns#encoder} decodes them
   * @throws IOException if the ground truth of the image cannot be read, or does not fit the result
   * @throws IllegalArgumentException if the result does not suit the ground truth
   */
  void accumulate(A into, int image, String path, Row result) throws IOException;

  /** {@return the evaluation of all that was accumulated} */
  E summarise(A all);

  /** {@return the summary numbers by name} */
  Map<String, Double> metrics(E evaluation);
}
