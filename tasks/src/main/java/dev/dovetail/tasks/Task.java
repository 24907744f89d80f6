package dev.dovetail.tasks;

import dev.dovetail.formats.Size;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.Network;
import dev.dovetail.graph.network.Predictions;
import dev.dovetail.images.Preprocess;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The use of a model: everything after its network.
 *
 * @param <P> the type of the network's predictions
 * @param <R> the type of the result for one image, in pixels of the original image
 */
public interface Task<P extends Predictions, R> {

  /** Returns the name in configs and exported files, such as {@code detection}. */
  String name();

  /** Returns the default preprocessing. */
  Preprocess usualPreprocess();

  /** Returns the input size of a model's published figures. */
  default Size inputSize(Preprocess preprocess) {
    return preprocess.inputSize();
  }

  /** Returns whether the center of an image may represent the whole image, as in classification. */
  default boolean takesCrops() {
    return false;
  }

  /** Returns whether class names must be unique. */
  default boolean needsDistinctNames() {
    return true;
  }

  /** Returns the type of the results. */
  Class<R> results();

  /**
   * Traces inference: the network, in one or several passes, and the post-processing that is part
   * of the graph.
   *
   * @param root the root scope of the model
   * @return the outputs of the whole graph by name, which {@link #decode} reads
   */
  Map<String, Tensor> infer(Scope root, Network<? extends P> network, ImageBatch images);

  /** Returns the passes of an image through the network: one, unless several views are merged. */
  default Passes<P, R> passes() {
    return new OnePass<>(this);
  }

  /**
   * Returns the outputs of the bare graph, which ends with the network, for comparison with other
   * implementations.
   *
   * @param root the root scope of the model
   */
  default Map<String, Tensor> bare(Scope root, P predictions) {
    return predictions.tensors();
  }

  /**
   * Returns the integer outputs with a value per pixel, [batch, height, width], or with counts of
   * pixels, [batch, n]. In case of near ties, a few pixels may differ due to rounding.
   */
  default Set<String> pixelOutputs() {
    return Set.of();
  }

  /** Returns whether the images of a batch must have the same original size. */
  default boolean needsOneOriginalSize() {
    return false;
  }

  /**
   * Decodes the result of one image.
   *
   * @param outputs the outputs of the whole graph
   * @param image the index of the image in the batch
   * @param original the original size of the image
   */
  R decode(Map<String, TensorData> outputs, int image, Size original);

  /**
   * Returns the result without parts whose score is below {@code score}. Results without scores are
   * unchanged.
   */
  default R above(float score, R result) {
    return result;
  }

  /**
   * Returns the presentation of results.
   *
   * @param classes the names of the classes; a class without a name is shown by its number
   */
  Presentation<R> presentation(List<String> classes);

  /**
   * Creates an evaluation on a data set.
   *
   * @param classes the names of the classes; empty if unknown
   * @throws DataMismatchException if the task has no evaluation or needs other annotations
   * @throws IOException if the annotations cannot be read
   */
  Evaluation<R> evaluation(EvaluationData data, List<String> classes) throws IOException;
}
