package dev.dovetail.cli.bench;

import dev.dovetail.EvaluationOptions;
import dev.dovetail.runtime.Settings;
import java.util.List;
import java.util.Optional;

/**
 * How models are measured.
 *
 * @param runtime device, precision and threads of all
 * @param batches how many images pass at once, in turn; empty for one, or what a file prescribes
 * @param runs that are timed, of each model at each batch
 * @param warmup runs before them that are not
 * @param profiled whether each model is also profiled
 * @param evaluation the data set that all are scored on
 */
public record BenchSettings(
    Settings runtime,
    List<Integer> batches,
    int runs,
    int warmup,
    boolean profiled,
    Optional<EvaluationOptions> evaluation) {

  /** Copies the list. */
  public BenchSettings {
    batches = List.copyOf(batches);
  }

  /** How many threads work on one operator. */
  int threads() {
    return runtime.threads() == 0 ? Runtime.getRuntime().availableProcessors() : runtime.threads();
  }
}
