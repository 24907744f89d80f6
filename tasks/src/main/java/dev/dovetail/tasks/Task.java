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
 * What a model is used for: everything that comes after its network.
 *
 * @param <P> the predictions that it works on
 * @param <R> its result for one image, in the pixels of the original image
 */
public interface Task<P extends Predictions, R> {

  /** Its name in configs and exported files, such as {@code detection}. */
  String name();

  /** How images are prepared where a config does not say it. */
  Preprocess usualPreprocess();

  /** The size of the input that a model's published figures are for. */
  default Size inputSize(Preprocess preprocess) {
    return preprocess.inputSize();
  }

  /** Whether the middle of an image may stand for all of it, as in classification. */
  default boolean takesCrops() {
    return false;
  }

  /** Whether every class needs a name of its own. */
  default boolean needsDistinctNames() {
    return true;
  }

  /** The kind of its results. */
  Class<R> results();

  /**
   * Traces inference: the network, over one pass or several, and the post-processing that belongs
   * in the graph.
   *
   * @param root the root of the model's scopes
   * @return the outputs of the whole graph by name, which {@link #decode} reads
   */
  Map<String, Tensor> infer(Scope root, Network<? extends P> network, ImageBatch images);

  /** How an image passes through the network: once, unless views of it are merged. */
  default Passes<P, R> passes() {
    return new OnePass<>(this);
  }

  /**
   * What leaves the bare graph, which ends with the network, for comparison with other
   * implementations.
   *
   * @param root the root of the model's scopes
   */
  default Map<String, Tensor> bare(Scope root, P predictions) {
    return predictions.tensors();
  }

  /**
   * The integer outputs that say what every pixel is, [batch, height, width], or count pixels,
   * [batch, n]: near ties may decide a few pixels the other way where rounding differs.
   */
  default Set<String> pixelOutputs() {
    return Set.of();
  }

  /** Whether the images of one batch must have had the same size before they were resized. */
  default boolean needsOneOriginalSize() {
    return false;
  }

  /**
   * The result of one image.
   *
   * @param outputs of the whole graph
   * @param image its place in the batch
   * @param original the image's size before it was resized
   */
  R decode(Map<String, TensorData> outputs, int image, Size original);

  /**
   * The result without what is less certain than {@code score}; the same where that says nothing.
   */
  default R above(float score, R result) {
    return result;
  }

  /**
   * How results are shown.
   *
   * @param classes the names of the classes; a class beyond them is shown by its number
   */
  Presentation<R> presentation(List<String> classes);

  /**
   * An evaluation over a data set.
   *
   * @param classes the names of the classes; empty if they are unknown
   * @throws DataMismatchException if the task has no evaluation, or annotations of another kind
   * @throws IOException if the annotations cannot be read
   */
  Evaluation<R> evaluation(EvaluationData data, List<String> classes) throws IOException;
}
