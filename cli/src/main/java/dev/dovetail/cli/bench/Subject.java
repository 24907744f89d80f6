package dev.dovetail.cli.bench;

import dev.dovetail.EvaluationOptions;
import dev.dovetail.EvaluationReport;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Graph;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.Settings;
import java.io.IOException;
import java.util.Optional;

/** A model to be measured, however it is stored. */
public interface Subject {

  /** The name by which it is shown. */
  String name();

  /**
   * Finds its weights. What takes long is left for {@link Opened#compile}, save for an exported
   * file, which is loaded as a whole.
   *
   * @throws IOException if a file cannot be read, or the weights do not fit
   * @throws IllegalArgumentException if the model cannot be measured so
   */
  Opened open(Settings settings) throws IOException;

  /** A model with its weights. */
  interface Opened extends AutoCloseable {

    ModelConfig config();

    /** Where its weights are; empty if they are random, as a training would begin. */
    Optional<String> weights();

    /** How many images pass at once, where it prescribes that. */
    Optional<Integer> batch();

    /** The size that enters the network. */
    Size size();

    /**
     * The whole graph, 8-bit pixels to results.
     *
     * @throws IllegalArgumentException if the model does not take that batch or its size
     */
    Graph trace(int batch);

    /** Compiles what {@link #trace} gave; the caller closes it. */
    Plan compile(Graph graph, Settings settings) throws IOException;

    /** Runs the model over a data set and scores it, as the verb {@code eval} does. */
    EvaluationReport evaluate(EvaluationOptions options, Settings settings) throws IOException;

    @Override
    void close() throws IOException;
  }
}
