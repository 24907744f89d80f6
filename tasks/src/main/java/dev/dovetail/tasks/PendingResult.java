package dev.dovetail.tasks;

import dev.dovetail.graph.TensorData;
import dev.dovetail.images.Geometry;
import java.util.Map;

/**
 * The result of one image, of which not all views have passed the network yet. Used by one thread
 * at a time.
 *
 * @param <R> the result
 */
public interface PendingResult<R> {

  /** Whether the views have to pass in a round after the first one. */
  default boolean needs(int round) {
    return false;
  }

  /**
   * What the graph of a later round takes beside the image.
   *
   * @param view how the image lies in the input
   */
  default Map<String, TensorData> inputs(Geometry view) {
    return Map.of();
  }

  /**
   * Takes what a view gave.
   *
   * @param round from 0; in each the views come in the same order
   * @param view how the image lay in the input
   * @param outputs of the graph
   * @param place of the image in the batch
   */
  void add(int round, Geometry view, Map<String, TensorData> outputs, int place);

  /** The result, when all views have passed. */
  R result();
}
