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
 * What was measured, and what could not be.
 *
 * @param models by name, in their order; those that could be opened
 * @param measurements by batch, then in the order of the models
 * @param extent of the matrices of the large products
 * @param stopped whether there would have been more, had it not been stopped
 */
public record BenchResult(
    Map<String, Model> models,
    List<Measurement> measurements,
    List<Failure> failures,
    int extent,
    boolean stopped) {

  /**
   * What is known of a model whatever the batch.
   *
   * @param config the hash of its config
   * @param weights where they are; empty if they are random
   */
  public record Model(
      String config,
      Optional<String> weights,
      List<BatchProfile> profiles,
      Optional<EvaluationReport> accuracy) {}

  /** Where the time of a model went. */
  public record BatchProfile(int batch, Profile profile) {}

  /** A model that could not be measured or scored, as a whole or at one batch. */
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
   * The exit code: 0 if all went well, 2 if nothing was measured because of usage errors, otherwise
   * 1.
   */
  public int exitCode() {
    if (failures.isEmpty()) {
      return ExitCode.OK;
    }
    boolean usage = failures.stream().allMatch(f -> f.problem().code() == ExitCode.USAGE);
    return measurements.isEmpty() && usage ? ExitCode.USAGE : ExitCode.SOFTWARE;
  }

  /** The measurement of the first model at the same batch, to compare with. */
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
