package dev.dovetail.cli.bench;

import dev.dovetail.EvaluationReport;
import dev.dovetail.cli.console.Problem;
import dev.dovetail.runtime.Profile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.ExitCode;

/**
 * Measurements and failures.
 *
 * @param models the models that could be opened, by name, in order
 * @param measurements by batch size, then in the order of the models
 * @param extent the height and width of the matrices of the large products
 * @param stopped whether the benchmark was stopped before all measurements were done
 */
public record BenchResult(
    Map<String, Model> models,
    List<Measurement> measurements,
    List<Failure> failures,
    int extent,
    boolean stopped) {

  /**
   * Facts about a model that do not depend on the batch size.
   *
   * @param config the hash of its config
   * @param weights the location of the weights; empty if they are random
   */
  public record Model(
      String config,
      Optional<String> weights,
      List<BatchProfile> profiles,
      Optional<EvaluationReport> accuracy) {}

  /** The profile of a model at one batch size. */
  public record BatchProfile(int batch, Profile profile) {}

  /** A model that could not be measured or scored, either entirely or at one batch size. */
  public record Failure(String model, OptionalInt batch, Problem problem) {

    @Override
    public String toString() {
      return model
          + (batch.isPresent() ? " (batch " + batch.getAsInt() + ")" : "")
          + ": "
          + problem.sentence();
    }
  }

  /**
   * Returns the exit code: 0 on success, 2 if usage errors prevented all measurements, otherwise 1.
   */
  public int exitCode() {
    if (failures.isEmpty()) {
      return ExitCode.OK;
    }
    boolean usage = failures.stream().allMatch(f -> f.problem().code() == ExitCode.USAGE);
    return measurements.isEmpty() && usage ? ExitCode.USAGE : ExitCode.SOFTWARE;
  }

  /** Returns the measurement of the first model at the same batch size, for comparison. */
  Optional<Measurement> reference(Measurement of) {
    return models.keySet().stream()
        .findFirst()
        .flatMap(
            first ->
                measurements.stream()
                    .filter(m -> m.model().equals(first) && m.batch() == of.batch())
                    .findFirst());
  }
}
