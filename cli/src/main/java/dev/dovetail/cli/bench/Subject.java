package dev.dovetail.cli.bench;

import dev.dovetail.EvaluationOptions;
import dev.dovetail.EvaluationReport;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Graph;
import dev.dovetail.internal.Int8;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.Settings;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/** A model to measure, in any storage format. */
public interface Subject {

  /** Returns the display name. */
  String name();

  /**
   * Opens the model's weights. Expensive work is deferred to {@link Opened#compile}, except for an
   * exported file, which is loaded entirely.
   *
   * @throws IOException if a file cannot be read, or the weights do not match the model
   * @throws IllegalArgumentException if the model does not support these settings
   */
  Opened open(Settings settings) throws IOException;

  /**
   * Returns this model with the value ranges of its layers, for 8-bit integers. An exported file
   * has them.
   *
   * @param int8 the images or the saved calibration
   * @param settings device and threads
   * @param notes receives a summary of the error
   * @throws java.io.InterruptedIOException if the listener cancels the calibration
   * @throws IOException if a file or an image cannot be used, or a run fails
   */
  default Subject calibrated(Int8 int8, Settings settings, Consumer<String> notes)
      throws IOException {
    return this;
  }

  /** A model with its weights. */
  interface Opened extends AutoCloseable {

    ModelConfig config();

    /** Returns the location of the weights; empty if they are random initial values. */
    Optional<String> weights();

    /** Returns the batch size if the model prescribes it. */
    Optional<Integer> batch();

    /** Returns the network input size. */
    Size size();

    /**
     * Traces the whole graph, from 8-bit pixels to results.
     *
     * @throws IllegalArgumentException if the model does not support the batch size or its size
     */
    Graph trace(int batch);

    /** Compiles the graph of {@link #trace}. The caller closes the plan. */
    Plan compile(Graph graph, Settings settings) throws IOException;

    /** Evaluates the model on a data set, as the command {@code eval} does. */
    EvaluationReport evaluate(EvaluationOptions options, Settings settings) throws IOException;

    @Override
    void close() throws IOException;
  }
}
