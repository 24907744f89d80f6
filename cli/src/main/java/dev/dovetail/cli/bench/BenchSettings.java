package dev.dovetail.cli.bench;

import dev.dovetail.EvaluationOptions;
import dev.dovetail.internal.Int8;
import dev.dovetail.runtime.Settings;
import java.util.List;
import java.util.Optional;

/**
 * Settings of a benchmark.
 *
 * @param runtime device, precision and threads of all models
 * @param batches batch sizes, measured one after the other; empty for 1, or for the batch size that
 *     a file prescribes
 * @param runs the number of timed runs per model and batch size
 * @param warmup the number of untimed runs before them
 * @param profiled whether each model is also profiled
 * @param int8 how models are calibrated, for 8-bit integers
 * @param evaluation the data set on which all models are scored
 */
public record BenchSettings(
    Settings runtime,
    List<Integer> batches,
    int runs,
    int warmup,
    boolean profiled,
    Optional<Int8> int8,
    Optional<EvaluationOptions> evaluation) {

  /** Copies the list. */
  public BenchSettings {
    batches = List.copyOf(batches);
  }

  /** Returns the number of threads per operator. */
  int threads() {
    return runtime.threads() == 0 ? Runtime.getRuntime().availableProcessors() : runtime.threads();
  }
}
