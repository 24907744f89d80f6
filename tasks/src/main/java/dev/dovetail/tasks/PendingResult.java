package dev.dovetail.tasks;

import dev.dovetail.graph.TensorData;
import dev.dovetail.images.Geometry;
import java.util.Map;

/**
 * The result of an image before all of its views have passed through the network. It is used by one
 * thread at a time.
 *
 * @param <R> the type of the result
 */
public interface PendingResult<R> {

  /** Returns whether the views need another round after the first one. */
  default boolean needs(int round) {
    return false;
  }

  /**
   * Returns the inputs of the graph of a later round, except for the image.
   *
   * @param view the placement of the image in the input
   */
  default Map<String, TensorData> inputs(Geometry view) {
    return Map.of();
  }

  /**
   * Adds the outputs of a view.
   *
   * @param round the index of the round, from 0; the views have the same order in each round
   * @param view the placement of the image in the input
   * @param outputs the outputs of the graph
   * @param place the index of the image in the batch
   */
  void add(int round, Geometry view, Map<String, TensorData> outputs, int place);

  /** Returns the result, after all views have passed in every round. */
  R result();
}
